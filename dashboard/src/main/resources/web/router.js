import { Emitter } from "./emitter.js";

/**
 * Where the page is: a view, of what (a camera, an alert), and the address's parameters.
 *
 * @typedef {"home" | "wall" | "camera" | "alerts" | "timeline" | "search" | "system"} View
 * @typedef {{view: View, id: string, parameters: URLSearchParams}} Place
 */

/** First part of each view's path. @type {Record<string, View>} */
const VIEWS = { "": "home", wall: "wall", cameras: "camera", alerts: "alerts", timeline: "timeline", search: "search", system: "system" };
const PATHS = { home: "", wall: "wall", camera: "cameras", alerts: "alerts", timeline: "timeline", search: "search", system: "system" };

/** The service's own address, below which all views lie. */
const BASE = new URL("./", document.baseURI);
// A relative base would move with the address.
document.querySelector("base")?.setAttribute("href", BASE.href);

/**
 * The place that a URL leads to; null when that is no view of this page.
 *
 * @param {URL} url
 * @returns {Place | null}
 */
function placeOf(url) {
  if (url.origin !== BASE.origin || !url.pathname.startsWith(BASE.pathname)) return null;
  const [path, id = "", ...more] = url.pathname.slice(BASE.pathname.length).split("/");
  const view = Object.hasOwn(VIEWS, path) ? VIEWS[path] : undefined;
  if (!view || more.length) return null;
  return { view, id: decoded(id), parameters: url.searchParams };
}

/** @param {string} part of a path */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * The page's address, which back, forward, reload and links keep. "changed" says that it is another one.
 *
 * @extends {Emitter<{changed: Place}>}
 */
class Router extends Emitter {
  #place = placeOf(new URL(location.href)) ?? { view: /** @type {View} */ ("home"), id: "", parameters: new URLSearchParams() };

  constructor() {
    super();
    addEventListener("popstate", () => this.#arrived());
    document.addEventListener("click", (event) => this.#clicked(event));
  }

  here() {
    return this.#place;
  }

  /** @param {string} address whether it leads into this page, and not only to its door */
  leadsIn(address) {
    const place = URL.canParse(address, BASE.href) ? placeOf(new URL(address, BASE)) : null;
    return place !== null && place.view !== "home";
  }

  /**
   * Goes to an address below the service's own, for example `link("alerts", "7")`.
   *
   * @param {string} address
   * @param {{replace?: boolean}} [how] whether back leads to where this page was, or to the place before
   */
  navigate(address, { replace = false } = {}) {
    const url = new URL(address, BASE);
    if (url.href === location.href) return;
    history[replace ? "replaceState" : "pushState"](null, "", url);
    this.#arrived();
  }

  /**
   * Sets parameters of the address; null removes one. Nothing is announced: who sets them knows.
   *
   * @param {Record<string, string | number | null>} values
   * @param {{push?: boolean}} [how] whether back undoes it
   */
  setParameters(values, { push = false } = {}) {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === "") url.searchParams.delete(name);
      else url.searchParams.set(name, String(value));
    }
    if (url.href === location.href) return;
    history[push ? "pushState" : "replaceState"](null, "", url);
    this.#place = placeOf(url) ?? this.#place;
  }

  #arrived() {
    this.#place = placeOf(new URL(location.href)) ?? this.#place;
    this.emit("changed", this.#place);
  }

  /**
   * A link into a view needs no new page; with a modifier key the browser does what it always does.
   *
   * @param {MouseEvent} event
   */
  #clicked(event) {
    const target = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!(target instanceof HTMLAnchorElement) || !plain || event.defaultPrevented) return;
    if (target.target || target.hasAttribute("download") || target.getAttribute("href")?.startsWith("#")) return;
    if (!placeOf(new URL(target.href))) return;
    event.preventDefault();
    this.navigate(target.href);
  }
}

export const router = new Router();

/**
 * The address of a place, relative to the page's base: for `href` and `navigate`.
 *
 * @param {View} view
 * @param {string} [id] of the camera or alert
 * @param {Record<string, string | number>} [parameters]
 */
export function link(view, id = "", parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)])).toString();
  return (PATHS[view] + (id && `/${encodeURIComponent(id)}`) || "./") + (query && `?${query}`);
}
