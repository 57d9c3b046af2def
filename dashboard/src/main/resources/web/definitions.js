import { get, post, put, remove } from "./api.js";
import { dependentsOf } from "./dependents.js";
import { checkbox, h, mark, part, toast, toastFailure } from "./dom.js";
import { confirmed } from "./form.js";
import { state } from "./state.js";
import { t } from "./text.js";

/**
 * Creates a definition, or replaces the one that has this id unless it has changed since its `etag` was read. The page
 * knows it at once.
 *
 * @template {Kind} K
 * @param {K} kind
 * @param {Draft<K>} draft
 * @param {string} [id]
 * @returns {Promise<DefinitionTypes[K]>} as it is stored
 */
export async function saveDefinition(kind, draft, id) {
  /** @type {DefinitionTypes[K]} */
  const stored = id ? await put(`api/${kind}/${id}`, draft) : await post(`api/${kind}`, draft);
  for (const { field, detail } of stored.warnings ?? []) toast(t("common.note", { field, detail }));
  state.changed({ kind, id: stored.id, value: stored });
  return stored;
}

/**
 * A definition as it is now.
 *
 * @template {Kind} K
 * @param {K} kind
 * @param {string} id
 * @returns {Promise<DefinitionTypes[K]>}
 */
export async function loadDefinition(kind, id) {
  /** @type {DefinitionTypes[K]} */
  const stored = await get(`api/${kind}/${id}`);
  state.changed({ kind, id, value: stored });
  return stored;
}

/**
 * Deletes a definition and offers to undo it. What depends on it is named before.
 *
 * @template {Kind} K
 * @param {K} kind
 * @param {DefinitionTypes[K]} definition
 * @param {{asked?: boolean}} [how] whether what depends on it has been named already
 * @returns {Promise<boolean>} false when the person has thought better of it
 */
export async function removeDefinition(kind, definition, { asked = false } = {}) {
  const lines = asked ? [] : dependentLines({ kind, id: definition.id });
  if (lines.length && !(await confirmed(t("common.deleteAsk", { name: labelOf(definition) }), lines))) return false;
  if (KEEPS_SECRETS.has(kind)) removeLater(kind, definition);
  else await removeNow(kind, definition);
  return true;
}

/** What is kept of these besides, a password or a key, nobody could give back: they are deleted when it is too late to undo. */
const KEEPS_SECRETS = new Set(["cameras", "webhooks"]);

/**
 * @template {Kind} K
 * @param {K} kind
 * @param {DefinitionTypes[K]} definition
 */
async function removeNow(kind, definition) {
  const { id, etag } = definition;
  await remove(`api/${kind}/${id}`, etag);
  state.changed({ kind, id, value: null });
  offerUndo(definition, () => saveDefinition(kind, /** @type {Draft<K>} */ (definition)).catch(toastFailure));
}

/** Deletions that wait until it is too late to undo them. @type {Set<() => void>} */
const waiting = new Set();
addEventListener("pagehide", () => waiting.forEach((run) => run()));

/**
 * @template {Kind} K
 * @param {K} kind
 * @param {DefinitionTypes[K]} definition
 */
function removeLater(kind, definition) {
  const { id, etag } = definition;
  const back = () => state.changed({ kind, id, value: definition });
  const run = () => {
    if (!waiting.delete(run)) return;
    remove(`api/${kind}/${id}`, etag).catch((failure) => {
      toastFailure(failure);
      back();
    });
  };
  waiting.add(run);
  state.changed({ kind, id, value: null });
  offerUndo(definition, () => {
    waiting.delete(run);
    back();
  }, run);
}

/**
 * @param {{id: string, name?: string, text?: string}} removed
 * @param {() => void} undo
 * @param {() => void} [gone] is called when it is too late
 */
export function offerUndo(removed, undo, gone) {
  toast(t("common.deleted", { name: labelOf(removed) }), "undo", { action: { label: t("common.undo"), run: undo }, gone });
}

/**
 * What depends on a definition or a zone, in lines to be read before it is deleted; none when nothing does.
 *
 * @param {Parameters<typeof dependentsOf>[0]} what
 */
export function dependentLines(what) {
  const { rules, webhooks, cameras } = dependentsOf(what,
    { rules: state.rules.values(), webhooks: state.webhooks.values(), cameras: state.cameras.values() });
  const names = (/** @type {{id: string, name: string}[]} */ some) => some.map(nameOf).join(", ");
  return [
    rules.length && t("common.usedByRules", { names: names(rules) }),
    webhooks.length && t("common.usedByWebhooks", { names: names(webhooks) }),
    cameras.length && t("common.usedByCameras", { names: names(cameras) }),
  ].filter((line) => typeof line === "string");
}

/** @param {{id: string, name?: string, text?: string}} definition */
const labelOf = (definition) => definition.name || definition.text || definition.id;

/**
 * A check box that enables and disables a definition; `updateSwitch` sets it.
 *
 * @template {"rules" | "webhooks"} K
 * @param {K} kind
 * @param {() => DefinitionTypes[K]} current the definition as it is when the box is clicked
 */
export function enableSwitch(kind, current) {
  const box = checkbox({}, false);
  box.addEventListener("change", async () => {
    try {
      await saveDefinition(kind, /** @type {Draft<K>} */ ({ ...current(), disabled: !box.checked }), current().id);
    } catch (failure) {
      box.checked = !box.checked;
      toastFailure(failure);
    }
  });
  return box;
}

/**
 * @param {HTMLElement} row that has the box of a definition
 * @param {{disabled: boolean}} definition
 * @param {string} label
 */
export function updateSwitch(row, { disabled }, label) {
  const box = part(row, "input[type=checkbox]", HTMLInputElement);
  box.checked = !disabled;
  box.disabled = state.me.role === "VIEWER";
  mark(box, { "aria-label": label });
}

/**
 * The button that opens a definition's form.
 *
 * @param {string} what for example "camera Front door"
 * @param {() => void} open
 */
export const editButton = (what, open) =>
  h("button", { type: "button", class: "mini needs-operator", "aria-label": t("common.editWhat", { what }), title: t("common.edit"), onclick: open }, "⋯");

/**
 * What a definition is called; with its id where another of its kind is called the same.
 *
 * @param {{id: string, name: string}} definition
 */
export function nameOf({ id, name }) {
  if (!name) return id;
  const kind = [state.cameras, state.rules, state.webhooks].find((all) => all.get(id)?.name === name);
  const twin = kind && [...kind.values()].some((other) => other.name === name && other.id !== id);
  return twin ? `${name} (${id})` : name;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * Definitions in the order of their names, those of one name in that of their ids: the same on each page and after a reload.
 *
 * @template {{id: string, name: string}} Type
 * @param {Iterable<Type>} definitions
 */
export const inOrder = (definitions) => [...definitions].sort((a, b) =>
  collator.compare(a.name || a.id, b.name || b.id) || (a.id < b.id ? -1 : 1));
