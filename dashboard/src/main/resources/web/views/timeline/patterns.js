import { get, messageOf } from "../../api.js";
import { nameOf } from "../../definitions.js";
import { h } from "../../dom.js";
import { percent, when } from "../../format.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { WEEKDAYS } from "../../timeaxis.js";

/** @typedef {{query: string, mean: (number | null)[], hours: number[]}} Week */
/** @typedef {{query: string, sinceMs: number, frames: number, columns: number, rows: number, share: number[]}} Places */

const HOURS = [...Array(24).keys()];
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** When in the week, and where in the picture, a query was seen by one of the cameras. */
export class Patterns {
  #camera = h("select", { "data-testid": "pattern-camera" });
  #query = h("select", { "data-testid": "pattern-query" });
  #week = h("div", { class: "week", "data-testid": "timeline-week" });
  #places = h("div", { class: "places", "data-testid": "timeline-places" });
  #turn = 0;
  #shown = "";

  constructor() {
    for (const choice of [this.#camera, this.#query]) choice.addEventListener("change", () => this.#load());
    this.element = h("section", { class: "patterns" },
      h("div", { class: "line" }, h("h2", {}, t("timeline.patterns")),
        h("label", { class: "inline" }, t("timeline.patternCamera"), " ", this.#camera),
        h("label", { class: "inline" }, t("timeline.patternQuery"), " ", this.#query)),
      h("div", { class: "pair" }, this.#week, this.#places));
  }

  /** @param {string[]} cameras that are shown */
  show(cameras) {
    choose(this.#camera, cameras.map((id) => [id, nameOf(state.cameras.get(id) ?? /** @type {Camera} */ ({ id, name: "" }))]));
    const own = [...state.queries.values()].filter((query) => !query.cameras.length || query.cameras.includes(this.#camera.value));
    choose(this.#query, own.sort((a, b) => a.text.localeCompare(b.text)).map((query) => [query.id, query.text]));
    const wanted = `${this.#camera.value}/${this.#query.value}`;
    if (wanted !== this.#shown) this.#load();
  }

  async #load() {
    const turn = ++this.#turn;
    const [camera, query] = [this.#camera.value, this.#query.value];
    this.#shown = `${camera}/${query}`;
    if (!camera || !query) {
      this.#drawWeek(undefined);
      this.#drawPlaces(undefined, camera);
      return;
    }
    const wanted = new URLSearchParams({ camera, query, timeZone: zone });
    try {
      /** @type {[{queries: Week[]}, {queries: Places[]}]} */
      const [weeks, places] = await Promise.all([get(`api/areas/week?${wanted}`),
        get(`api/cameras/${encodeURIComponent(camera)}/heatmap?${new URLSearchParams({ query })}`)]);
      if (turn !== this.#turn) return;
      this.#drawWeek(weeks.queries[0]);
      this.#drawPlaces(places.queries[0], camera);
    } catch (failure) {
      if (turn === this.#turn) this.#week.replaceChildren(h("p", { class: "muted" }, t("timeline.failed", { problem: messageOf(failure) })));
    }
  }

  /** @param {Week | undefined} week */
  #drawWeek(week) {
    const most = Math.max(0, ...(week?.mean ?? []).map((mean) => mean ?? 0));
    const seen = week?.hours.some((hours) => hours > 0);
    this.#week.replaceChildren(h("h3", {}, t("timeline.week")),
      seen && week ? h("table", {},
        h("thead", {}, h("tr", {}, h("td", {}), ...HOURS.map((hour) => h("th", { scope: "col" }, hour % 3 ? h("span", { class: "unseen-text" }, hour) : hour)))),
        h("tbody", {}, ...WEEKDAYS.map((day, i) => h("tr", {}, h("th", { scope: "row" }, day),
          ...HOURS.map((hour) => cell(week, day, i * 24 + hour, most))))))
        : h("p", { class: "muted" }, t("timeline.weekEmpty")),
      h("p", { class: "muted" }, t("timeline.weekHelp", { zone })));
  }

  /**
   * @param {Places | undefined} places
   * @param {string} camera
   */
  #drawPlaces(places, camera) {
    const title = h("h3", {}, t("timeline.places"));
    if (!places) {
      this.#places.replaceChildren(title, h("p", { class: "muted" }, t("timeline.placesEmpty")));
      return;
    }
    const known = state.cameras.get(camera);
    const label = t("timeline.placesOf", { query: state.queries.get(places.query)?.text ?? places.query, camera: known ? nameOf(known) : camera });
    const canvas = h("canvas", { width: places.columns, height: places.rows, role: "img", "aria-label": label });
    const most = Math.max(1e-6, ...places.share);
    paint(canvas, places.share, most);
    const picture = h("img", { alt: "", src: `api/cameras/${encodeURIComponent(camera)}/snapshot.jpg?maxAge=300` });
    picture.addEventListener("error", () => (picture.hidden = true));
    this.#places.replaceChildren(title, h("div", { class: "map" }, picture, canvas),
      h("p", { class: "muted" }, t("timeline.placesHelp", { n: places.frames, time: when(places.sinceMs), share: percent(most) })));
  }
}

/**
 * @param {Week} week
 * @param {string} day
 * @param {number} place
 * @param {number} most
 */
function cell(week, day, place, most) {
  const mean = week.mean[place];
  const words = { day, hour: place % 24, share: percent(mean ?? 0), n: week.hours[place] };
  const label = mean === null ? t("timeline.weekNone", words) : t("timeline.weekCell", words);
  const element = h("td", { title: label, class: mean === null ? "none" : "" }, h("span", { class: "unseen-text" }, label));
  if (mean !== null) element.style.setProperty("--heat", String(Math.round(100 * (most ? mean / most : 0))));
  return element;
}

/**
 * @param {HTMLCanvasElement} canvas a pixel a cell
 * @param {number[]} shares
 * @param {number} most
 */
function paint(canvas, shares, most) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(canvas.width, canvas.height);
  shares.forEach((share, i) => {
    const heat = Math.sqrt(share / most);
    image.data.set([255, Math.round(220 * (1 - heat)), 40, Math.round(190 * heat)], 4 * i);
  });
  context.putImageData(image, 0, 0);
}

/**
 * Sets what can be chosen; what was chosen stays where it can.
 *
 * @param {HTMLSelectElement} choice
 * @param {[value: string, label: string][]} options
 */
function choose(choice, options) {
  const before = choice.value;
  const now = JSON.stringify(options);
  if (choice.dataset.options === now) return;
  choice.dataset.options = now;
  choice.replaceChildren(...options.map(([value, label]) => h("option", { value }, label)));
  if (options.some(([value]) => value === before)) Object.assign(choice, { value: before });
}
