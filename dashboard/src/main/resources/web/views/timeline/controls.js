import { nameOf } from "../../definitions.js";
import { checkbox, h, select } from "../../dom.js";
import { rows } from "../../rows.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { SPANS } from "./range.js";

export const MOST_CAMERAS = 6;
/** @type {Record<string, number>} */
export const SHIFTS = { "": 0, day: 86_400_000, week: 604_800_000 };

/**
 * What the bar above the plots asks for.
 *
 * @typedef {object} Wishes
 * @property {(cameras: string[]) => void} cameras
 * @property {(zone: string) => void} zone
 * @property {(ms: number) => void} span
 * @property {(part: number) => void} pan
 * @property {(factor: number) => void} zoom
 * @property {() => void} live
 * @property {(shift: string) => void} compare
 */

/** @typedef {{cameras: string[], zone: string, shift: string, live: boolean, lengthMs: number}} Chosen */

/** The bar above the plots. */
export class Controls {
  #summary = h("summary", { "data-testid": "timeline-cameras" }, t("timeline.cameras"));
  #list = h("ul", {});
  #note = h("p", { class: "muted" }, t("timeline.atMost", { n: MOST_CAMERAS }));
  #zone = h("select", { "data-testid": "timeline-zone" });
  #zoneLabel = h("label", { class: "inline" }, t("timeline.zone"), " ", this.#zone);
  #spans = h("div", { class: "spans", role: "group", "aria-label": t("timeline.span") });
  #live = h("button", { type: "button", class: "live", title: t("timeline.liveHint"), "data-testid": "timeline-live" }, t("timeline.live"));
  #compare = select({ "data-testid": "timeline-compare" },
    [["", t("timeline.compareNone")], ["day", t("timeline.compareDay")], ["week", t("timeline.compareWeek")]]);
  /** @type {string[]} */
  #chosen = [];

  /** @param {Wishes} wishes */
  constructor(wishes) {
    this.wishes = wishes;
    this.#spans.append(...Object.entries(SPANS).map(([name, ms]) => h("button", { type: "button", class: "small", "data-span": ms,
      "data-testid": `timeline-span-${name}`, onclick: () => wishes.span(ms) }, t(/** @type {import("../../text.js").TextKey} */ (`timeline.${name}`)))));
    this.#live.addEventListener("click", () => wishes.live());
    this.#zone.addEventListener("change", () => wishes.zone(this.#zone.value));
    this.#compare.addEventListener("change", () => wishes.compare(this.#compare.value));
    /**
     * @param {import("../../text.js").TextKey} label
     * @param {string} sign
     * @param {() => void} onclick
     */
    const button = (label, sign, onclick) => h("button", { type: "button", class: "icon", title: t(label), "aria-label": t(label), onclick }, sign);
    this.element = h("div", { class: "controls" },
      h("details", { class: "choice" }, this.#summary, h("div", { class: "menu" }, this.#list, this.#note)),
      this.#zoneLabel, this.#spans,
      h("div", { class: "moves" }, button("timeline.earlier", "‹", () => wishes.pan(-0.5)), button("timeline.later", "›", () => wishes.pan(0.5)),
        button("timeline.zoomIn", "+", () => wishes.zoom(0.5)), button("timeline.zoomOut", "−", () => wishes.zoom(2))),
      this.#live,
      h("label", { class: "inline" }, t("timeline.compare"), " ", this.#compare));
  }

  /** @param {Chosen} chosen */
  show({ cameras, zone, shift, live, lengthMs }) {
    this.#chosen = cameras;
    this.#summary.textContent = t("timeline.camerasChosen", { n: cameras.length });
    rows(this.#list, [...state.cameras.values()].sort((a, b) => nameOf(a).localeCompare(nameOf(b))), {
      key: ({ id }) => id, make: (camera) => this.#box(camera), update: (element, camera) => this.#update(element, camera) });
    const zones = cameras.length === 1 ? (state.cameras.get(cameras[0])?.zones ?? []).filter(({ kind }) => kind !== "EXCLUDE") : [];
    this.#zoneLabel.hidden = !zones.length;
    const options = JSON.stringify(zones.map(({ id, name }) => [id, name]));
    if (this.#zone.dataset.options !== options) {
      this.#zone.dataset.options = options;
      this.#zone.replaceChildren(h("option", { value: "" }, t("timeline.wholePicture")),
        ...zones.map((one) => h("option", { value: one.id }, nameOf(one))));
    }
    this.#zone.value = zones.some(({ id }) => id === zone) ? zone : "";
    this.#compare.value = shift;
    this.#live.setAttribute("aria-pressed", String(live));
    for (const button of this.#spans.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(Math.abs(Number(button.dataset.span) / lengthMs - 1) < 0.01));
    }
  }

  /** @param {Camera} camera */
  #box(camera) {
    const box = checkbox({ "data-testid": `timeline-camera-${camera.id}` }, false);
    box.addEventListener("change", () => this.wishes.cameras(box.checked
      ? [...this.#chosen, camera.id] : this.#chosen.filter((id) => id !== camera.id)));
    return h("li", {}, h("label", { class: "check" }, box, " ", h("span", {}, nameOf(camera))));
  }

  /**
   * @param {HTMLElement} element
   * @param {Camera} camera
   */
  #update(element, camera) {
    const box = /** @type {HTMLInputElement} */ (element.querySelector("input"));
    box.checked = this.#chosen.includes(camera.id);
    box.disabled = (box.checked && this.#chosen.length === 1) || (!box.checked && this.#chosen.length >= MOST_CAMERAS);
    const name = element.querySelector("span");
    if (name) name.textContent = nameOf(camera);
  }
}
