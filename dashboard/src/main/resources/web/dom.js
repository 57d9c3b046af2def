import { messageOf } from "./api.js";
import { t } from "./text.js";

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
 * Lets a button be pressed once at a time. It keeps the focus, which the browser takes from what is disabled.
 *
 * @param {HTMLButtonElement} button
 * @param {() => Promise<unknown>} action must not fail
 */
export async function whileBusy(button, action) {
  const focused = document.activeElement === button;
  button.disabled = true;
  await action();
  button.disabled = false;
  if (focused && (document.activeElement === document.body || document.activeElement?.contains(button))) button.focus();
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
 * Sets an element's text when it is another one: what is not changed is neither drawn again nor read out again.
 *
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Sets attributes where they are not so already; null and false take one away.
 *
 * @param {Element} element
 * @param {{[name: string]: string | number | boolean | null | undefined}} attributes
 */
export function mark(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== (value === true ? "" : String(value))) element.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * The first element in another that a selector finds; it must be there.
 *
 * @template {HTMLElement} [Type=HTMLElement]
 * @param {Element} element
 * @param {string} selector
 * @param {{new (): Type}} [type] what kind it is
 * @returns {Type}
 */
export function part(element, selector, type) {
  const found = element.querySelector(selector);
  if (!(found instanceof (type ?? HTMLElement))) throw new Error(`There is no ${selector} in ${element.outerHTML.slice(0, 80)}`);
  return /** @type {Type} */ (found);
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

/** How long toasts stay, milliseconds; not counted while the pointer is over one or the focus in it. */
const TOAST_MS = { good: 3500, alarm: 8000, bad: 8000, undo: 10_000 };
const MOST_TOASTS = 3;
/** The toasts that are shown, the newest last. @type {{kind: string, close: () => void}[]} */
const toasts = [];

/**
 * A message for a few seconds, with a button that closes it. Of alarms, and of offers to undo, the newest takes the place of
 * the one before.
 *
 * @param {string} text
 * @param {"bad" | "good" | "alarm" | "undo"} kind
 * @param {object} [more]
 * @param {string} [more.href] where its text leads
 * @param {{label: string, run: () => void}} [more.action] a button; its toast is closed then
 * @param {() => void} [more.gone] is called when it has gone, unless the action was taken
 * @returns {() => void} closes it
 */
export function toast(text, kind = "bad", { href, action, gone } = {}) {
  for (const other of toasts.filter((one) => one.kind === kind && (kind === "alarm" || kind === "undo"))) other.close();
  if (toasts.length >= MOST_TOASTS) toasts[0].close();
  let timer = 0;
  const shown = { kind, close: () => end(gone) };
  /** @param {(() => void) | undefined} then */
  const end = (then) => {
    clearTimeout(timer);
    if (!toasts.includes(shown)) return;
    toasts.splice(toasts.indexOf(shown), 1);
    element.remove();
    then?.();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = window.setTimeout(shown.close, TOAST_MS[kind]);
  };
  const hold = () => clearTimeout(timer);
  const element = h("div", { class: `toast ${kind}`, "data-testid": "toast", "data-kind": kind, onpointerenter: hold, onpointerleave: wait,
    onfocusin: hold, onfocusout: wait },
    href ? h("a", { href, class: "said", onclick: shown.close }, text) : h("span", { class: "said" }, text),
    action ? h("button", { type: "button", class: "small", "data-testid": "toast-action", onclick: () => {
      end(undefined);
      action.run();
    } }, action.label) : null,
    h("button", { type: "button", class: "mini", "data-testid": "toast-close", "aria-label": t("common.closeMessage"), onclick: shown.close }, "✕"));
  toasts.push(shown);
  byId("toasts").append(element);
  wait();
  return shown.close;
}

/**
 * A toast for what a call of the API failed with.
 *
 * @param {unknown} failure
 */
export const toastFailure = (failure) => toast(messageOf(failure));
