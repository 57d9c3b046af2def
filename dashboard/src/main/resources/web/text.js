import en from "./text/en.js";

/** @typedef {keyof typeof en} TextKey */

/** Languages of the page, each by its own name. */
export const LANGUAGES = /** @type {const} */ ({ en: "English", zh: "中文" });
/** @typedef {keyof typeof LANGUAGES} Language */

const KEPT = "language";

/** The language that was chosen, else the browser's first that is known. @returns {Language} */
function chosen() {
  const wanted = [globalThis.localStorage?.getItem(KEPT) ?? "", ...(globalThis.navigator?.languages ?? [])];
  const known = wanted.map((tag) => tag.split("-")[0]).find((tag) => Object.hasOwn(LANGUAGES, tag));
  return /** @type {Language} */ (known ?? "en");
}

export const language = chosen();
const plurals = new Intl.PluralRules(language);
/** @type {Record<TextKey, string>} */
const texts = language === "zh" ? (await import("./text/zh.js")).default : en;

/**
 * A text in the page's language: t("alerts.count", { n: 3 }) puts 3 where the text has {n}.
 *
 * @param {TextKey} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

/**
 * A text that says how many, as {n}.
 *
 * @param {number} n
 * @param {TextKey} one for a single one
 * @param {TextKey} other
 * @param {Record<string, string | number>} [values]
 */
export const plural = (n, one, other, values = {}) => t(plurals.select(n) === "one" ? one : other, { n, ...values });

/** Sets the texts of index.html, which are English: data-t for an element's text, data-t-label and the like for what is beside it. */
export function translatePage() {
  document.documentElement.lang = language;
  /** @type {[string, (element: Element, text: string) => void][]} */
  const kinds = [
    ["data-t", (element, text) => (element.textContent = text)],
    ["data-t-label", (element, text) => element.setAttribute("aria-label", text)],
    ["data-t-title", (element, text) => element.setAttribute("title", text)],
    ["data-t-placeholder", (element, text) => element.setAttribute("placeholder", text)],
  ];
  for (const [name, set] of kinds) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      set(element, t(/** @type {TextKey} */ (element.getAttribute(name))));
    }
  }
}

/** @param {Language} next is used from now on, by all pages of this browser */
export function setLanguage(next) {
  localStorage.setItem(KEPT, next);
  location.reload();
}
