import { h, mark, write } from "../../dom.js";
import { openDialog } from "../../form.js";
import { clock, dateAndTime, percent } from "../../format.js";
import { link } from "../../router.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { howMuch, lasted } from "./card.js";
import { makeQuery, makeRule } from "./makequery.js";
import { cameraName } from "./results.js";
import { Stage } from "./stage.js";
import { queryOf, wordsOf } from "./wanted.js";

/** @typedef {import("./wanted.js").Wanted} Wanted */

const AROUND_MS = 5 * 60_000;
/** Whole frames are kept for minutes; nobody is led to what is gone for sure. */
const FRAMES_KEPT_MS = 3_600_000;

/**
 * @typedef {object} Around
 * @property {(step: number) => void} step to the moment beside
 * @property {() => void} closed
 * @property {(like: import("./wanted.js").Like) => void} like
 */

/** A moment, large: its picture, where in it the words were found, and what can be done with it. */
export class Detail {
  #title = h("h2", { "data-testid": "search-detail-title" });
  #stage = new Stage((box) => this.#like(box));
  #facts = h("dl", { class: "facts", "data-testid": "search-detail-facts" });
  #links = h("p", { class: "links" });
  #before = h("button", { type: "button", "data-testid": "search-before", onclick: () => this.around.step(-1) }, t("search.before"));
  #next = h("button", { type: "button", "data-testid": "search-next", onclick: () => this.around.step(1) }, t("search.next"));
  #dialog = h("dialog", { class: "search-detail", "data-testid": "search-detail" });
  /** @type {SearchMoment | null} */
  #moment = null;

  /** @param {Around} around */
  constructor(around) {
    this.around = around;
    const close = h("button", { type: "button", class: "icon", title: t("common.close"), "aria-label": t("common.close"), "data-testid": "search-detail-close",
      onclick: () => this.#dialog.close() }, "✕");
    this.#dialog.addEventListener("close", () => this.around.closed());
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
    this.#dialog.addEventListener("keydown", (event) => this.#key(event));
    openDialog(this.#dialog, h("div", { class: "head" }, this.#title, h("span", { class: "grow" }), this.#before, this.#next, close),
      h("div", { class: "parts" }, this.#stage.element, h("div", { class: "about" }, this.#facts, this.#links)));
  }

  get element() {
    return this.#dialog;
  }

  close() {
    this.#dialog.close();
  }

  /**
   * @param {SearchMoment} moment
   * @param {Wanted} wanted
   * @param {{first: boolean, last: boolean}} place
   */
  show(moment, wanted, { first, last }) {
    const anew = this.#moment !== moment;
    this.#moment = moment;
    this.#before.disabled = first;
    this.#next.disabled = last;
    if (!anew) return;
    const camera = cameraName(moment.camera);
    write(this.#title, `${camera} · ${dateAndTime(moment.peakAtMs)}`);
    const time = dateAndTime(moment.peakAtMs);
    mark(this.#dialog, { "aria-label": t("search.momentOf", { camera, time, lasted: lasted(moment), how: howMuch(moment) }) });
    this.#stage.show(moment, t("timeline.pictureOf", { camera, time }),
      wanted.like ? null : queryOf(wanted));
    this.#facts.replaceChildren(...facts(moment, wanted).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
    this.#links.replaceChildren(...this.#actions(moment, wanted));
  }

  /**
   * @param {SearchMoment} moment
   * @param {Wanted} wanted
   */
  #actions(moment, wanted) {
    const { camera, peakAtMs } = moment;
    const at = Number(peakAtMs);
    /**
     * @param {string} testid
     * @param {import("../../text.js").TextKey} label
     * @param {(wanted: Wanted, camera: string) => void} make
     */
    const button = (testid, label, make) => wanted.q ? h("button", { type: "button", class: "needs-operator", "data-testid": testid, onclick: () => {
      this.#dialog.close();
      make(wanted, camera);
    } }, t(label)) : null;
    return [
      h("a", { class: "button", "data-testid": "search-to-timeline", href: link("timeline", "", { ...wordsOf(wanted), cameras: camera,
        from: at - AROUND_MS, to: Math.min(at + AROUND_MS, Math.round(state.now())), at }) }, t("search.toTimeline")),
      state.now() - at < FRAMES_KEPT_MS ? h("a", { class: "button", "data-testid": "search-to-camera", href: link("camera", camera, { at }) },
        t("search.toCamera")) : null,
      button("search-make-query", "search.makeQuery", makeQuery),
      button("search-make-rule", "search.makeRule", makeRule),
    ].filter((one) => one !== null);
  }

  /** @param {number[]} box */
  #like(box) {
    const frame = this.#moment?.peakFrame;
    if (!frame || !this.#moment) return;
    const { camera, epoch, sequence } = frame;
    this.around.like({ camera, epoch, sequence, at: Number(this.#moment.peakAtMs), box });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const typing = event.target instanceof Element && event.target.matches("input[type=range]");
    if (event.defaultPrevented || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    const button = step < 0 ? this.#before : this.#next;
    if (!step || button.disabled) return;
    event.preventDefault();
    this.around.step(step);
  }
}

/**
 * @param {SearchMoment} moment
 * @param {Wanted} wanted
 * @returns {[string, string][]}
 */
function facts(moment, wanted) {
  const zone = wanted.zone && state.cameras.get(moment.camera)?.zones.find(({ id }) => id === wanted.zone)?.name;
  /** @type {[string, string][]} */
  const all = [
    [t("search.seenFor"), `${clock(moment.fromMs)} – ${clock(moment.toMs)} · ${lasted(moment)}`],
    [t("search.frames"), String(moment.frames)],
    [t("search.share"), t(zone ? "search.shareOfZone" : "search.shareOfPicture", { share: percent(moment.peakShare), zone: zone || "" })],
    [t("search.probability"), percent(moment.peakProbability)],
    [t("search.aboveUsual"), moment.aboveUsual ? t("search.deviations", { n: moment.aboveUsual.toFixed(1) }) : ""],
  ];
  return all.filter(([, value]) => value);
}
