import { messageOf } from "./api.js";

/**
 * @typedef {Node | string | number | false | null | undefined} Child
 * @typedef {{[name: string]: string | number | boolean | null | undefined | ((event: any) => void)}} Props
 */

/**
 * Makes an element: h("button", {class: "small", onclick: f}, "Text", otherElement).
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props} props
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "color") element.style.setProperty("--color", String(value));
    else if (name === "value") /** @type {HTMLInputElement} */ (element).value = String(value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/**
 * An element of index.html.
 *
 * @template {HTMLElement} [Type=HTMLElement]
 * @param {string} id
 * @param {{new (): Type}} [type] what kind it is
 * @returns {Type}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof (type ?? HTMLElement))) throw new Error(`The page has no ${type?.name ?? "element"} #${id}`);
  return /** @type {Type} */ (element);
}

/**
 * @param {Props} props
 * @param {boolean} checked
 */
export function checkbox(props, checked) {
  const box = h("input", { type: "checkbox", ...props });
  box.checked = checked;
  return box;
}

/**
 * A choice of values, each with its label.
 *
 * @param {Props} props
 * @param {[value: string | number, label: string][]} options
 */
export function select(props, options) {
  return h("select", props, options.map(([value, label]) => h("option", { value }, label)));
}

/**
 * A message for a few seconds.
 *
 * @param {string} text
 * @param {"bad" | "good" | "alarm"} kind
 */
export function toast(text, kind = "bad") {
  const element = h("div", { class: `toast ${kind}` }, text);
  byId("toasts").append(element);
  setTimeout(() => element.remove(), kind === "bad" ? 8000 : 3500);
}

/**
 * A toast for what a call of the API failed with.
 *
 * @param {unknown} failure
 */
export const toastFailure = (failure) => toast(messageOf(failure));
