import { select } from "./dom.js";

/**
 * A choice of one definition or of all. Several, which only the API can choose, are kept as they are.
 *
 * @param {string} field that the choice sets
 * @param {Map<string, string>} names of what can be chosen, by id
 * @param {string} all the label that stands for all
 * @param {string[]} chosen ids; none for all
 */
export function choiceOf(field, names, all, chosen) {
  const several = chosen.length > 1 || (chosen.length === 1 && !names.has(chosen[0]));
  const kept = /** @type {[string, string]} */ ([chosen.join(" "), chosen.map((id) => names.get(id) ?? id).join(", ")]);
  const element = select({ name: field }, [["", all], ...names, ...(several ? [kept] : [])]);
  element.value = chosen.join(" ");
  return element;
}

/** @param {HTMLSelectElement} choice */
export const chosenIds = (choice) => (choice.value ? choice.value.split(" ") : []);
