import { messageOf } from "../../api.js";
import { h } from "../../dom.js";
import { link } from "../../router.js";
import { t } from "../../text.js";

/** @typedef {import("./range.js").Range} Range */
/** @typedef {import("../search/band.js").BandStrip} BandStrip */
/** @typedef {import("../search/run.js").Run} Run */
/** @typedef {{camera: string, element: HTMLElement, points: number}} Place where a camera's band is drawn */

/** Parameters of the address that a search has left. */
export const WORDS = ["q", "also", "not", "least"];

/** The way to a search of what is shown; and where the address names words, when they were there, as a band below each camera. */
export class Found {
  #link = h("a", { class: "button small", "data-testid": "timeline-search" });
  #gone = h("button", { type: "button", class: "mini", title: t("search.bandGone"), "aria-label": t("search.bandGone"),
    "data-testid": "timeline-search-gone" }, "✕");
  element = h("span", { class: "found" }, this.#link, this.#gone);
  /** What was searched last. */
  #asked = "";
  /** @type {Run | null} */
  #run = null;
  /** @type {Map<string, BandStrip>} */
  #strips = new Map();
  #said = h("p", { class: "status", role: "status" });

  /** @param {() => void} gone is called when the words are wanted no more */
  constructor(gone) {
    this.#gone.addEventListener("click", gone);
  }

  destroy() {
    this.#run?.drop();
    this.#run = null;
    this.#asked = "";
    for (const strip of this.#strips.values()) strip.destroy();
    this.#strips.clear();
    this.#said.remove();
  }

  /**
   * @param {Place[]} places
   * @param {Range} range
   * @param {boolean} past whether it stays where it is; what is newest is not searched again and again
   * @param {string} zone
   * @param {URLSearchParams} parameters
   */
  show(places, range, past, zone, parameters) {
    const words = Object.fromEntries(WORDS.map((name) => [name, parameters.get(name) ?? ""]).filter(([, value]) => value));
    const cameras = places.map(({ camera }) => camera);
    this.#link.textContent = words.q ? t("search.bandOfWords", { words: words.q }) : t("search.inSpan");
    this.#link.setAttribute("href", link("search", "", { ...words, cameras: cameras.join(","), ...(zone && { zone }), from: range.from, to: range.to }));
    this.#gone.hidden = !words.q;
    const asked = words.q && past && cameras.length ? JSON.stringify([words, cameras, range, zone]) : "";
    if (asked === this.#asked) return;
    this.destroy();
    this.#asked = asked;
    if (asked) this.#search(asked, places, range, new URLSearchParams({ ...words, cameras: cameras.join(","), zone }));
  }

  /**
   * @param {string} asked
   * @param {Place[]} places
   * @param {Range} range
   * @param {URLSearchParams} parameters
   */
  async #search(asked, places, range, parameters) {
    const [{ BandStrip }, runs, { requestOf, wantedOf }] = await Promise.all([import("../search/band.js"), import("../search/run.js"),
      import("../search/wanted.js")]);
    if (asked !== this.#asked) return;
    const wanted = wantedOf(parameters);
    for (const { camera, element } of places) {
      const strip = new BandStrip(t("search.bandOfWords", { words: wanted.q }));
      this.#strips.set(camera, strip);
      element.append(strip.element);
    }
    places.at(-1)?.element.append(this.#said);
    const request = { ...requestOf(wanted, wanted.cameras, range, Math.max(...places.map(({ points }) => points))), mostMoments: 1 };
    this.#run = new runs.Run(request, (run) => {
      for (const [camera, band] of run.bands) this.#strips.get(camera)?.show(band, range);
      this.#said.textContent = run.state === "failed" ? t("search.bandFailed", { problem: messageOf(run.failure) }) : "";
    });
    this.#run.start();
  }
}
