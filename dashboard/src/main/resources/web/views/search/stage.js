import { post } from "../../api.js";
import { arrowStep, stepped } from "../../crosshair.js";
import { h } from "../../dom.js";
import { clamp } from "../../geometry.js";
import { keepPreference, preference } from "../../preferences.js";
import { t } from "../../text.js";
import { thumbnailOf } from "./thumbnails.js";

/** Shorter drags are clicks; of the picture's width. */
const LEAST_DRAG = 0.02;
const OPACITY = 60;
/** A cell of the coarse grid is some per cent wide. */
const KEY_STEPS = 2;

/** The kept picture of a moment, with where in it the words were found; a part of it can be marked to look for its like. */
export class Stage {
  #image = h("img", { "data-testid": "search-picture" });
  #heat = h("canvas", { class: "heat", hidden: true, "data-testid": "search-heat" });
  #box = h("span", { class: "box", hidden: true });
  #missing = h("p", { class: "missing", hidden: true }, t("search.noPicture"));
  #stage = h("div", { class: "stage-kept" }, this.#image, this.#heat, this.#box, this.#missing);
  #show = h("input", { type: "checkbox", "data-testid": "search-heat-show" });
  #opacity = h("input", { type: "range", min: 10, max: 100, "aria-label": t("search.heatOpacity"), "data-testid": "search-heat-opacity" });
  #heatTools = h("span", { class: "inline", hidden: true }, h("label", { class: "check" }, this.#show, ` ${t("search.heat")}`), this.#opacity);
  #mark = h("button", { type: "button", "aria-pressed": "false", "data-testid": "search-like-mode", onclick: () => (this.marking = !this.marking) },
    t("search.like"));
  #hint = h("p", { class: "muted", role: "status", "data-testid": "search-like-hint" });
  /** @type {Point} */
  #at = { x: 0.5, y: 0.5 };
  /** @type {Point | null} */
  #from = null;
  #turn = 0;

  /** @param {(box: number[]) => void} marked with a point or a box */
  constructor(marked) {
    this.marked = marked;
    this.element = h("div", { class: "kept" }, this.#stage, h("div", { class: "tools" }, this.#heatTools, h("span", { class: "grow" }), this.#mark), this.#hint);
    this.#show.checked = preference("heat", true);
    this.#opacity.value = String(preference("heat-opacity", OPACITY));
    for (const input of [this.#show, this.#opacity]) input.addEventListener("input", () => this.#look());
    this.#image.addEventListener("load", () => this.#loaded(true));
    this.#image.addEventListener("error", () => this.#loaded(false));
    this.#stage.addEventListener("pointerdown", (event) => this.#down(event));
    this.#stage.addEventListener("pointermove", (event) => this.#from && this.#draw(this.#from, this.#placeOf(event)));
    this.#stage.addEventListener("pointerup", (event) => this.#up(event));
    this.#stage.addEventListener("pointercancel", () => (this.#from = null));
    this.#stage.addEventListener("keydown", (event) => this.#key(event));
  }

  get marking() {
    return this.#mark.getAttribute("aria-pressed") === "true";
  }

  /** @param {boolean} on whether the pointer and the arrow keys mark a part of the picture */
  set marking(on) {
    this.#mark.setAttribute("aria-pressed", String(on));
    this.#stage.classList.toggle("marking", on);
    this.#hint.textContent = on ? t("search.likeHint") : "";
    this.#from = null;
    this.#box.hidden = true;
    if (on) Object.assign(this.#stage, { tabIndex: 0 }).focus();
    else this.#stage.removeAttribute("tabindex");
    if (on) this.#stage.setAttribute("aria-label", t("search.likeHint"));
    else this.#stage.removeAttribute("aria-label");
    if (on) this.#stage.setAttribute("role", "application");
    else this.#stage.removeAttribute("role");
  }

  /**
   * @param {SearchMoment} moment
   * @param {string} about
   * @param {object | null} query where it was is shown; null where it was no words
   */
  show({ peakFrame, peakAtMs }, about, query) {
    const turn = ++this.#turn;
    this.marking = false;
    this.#heat.hidden = true;
    this.#heatTools.hidden = true;
    this.#image.alt = about;
    this.#mark.hidden = true;
    if (!peakFrame) return;
    this.#image.src = thumbnailOf(peakFrame, peakAtMs);
    const { camera, epoch, sequence } = peakFrame;
    if (query) {
      post("api/search/heat", { query, camera, epoch, sequence, capturedAtMs: peakAtMs })
        .then((heat) => turn === this.#turn && this.#drawHeat(/** @type {SearchHeat} */ (heat)), () => {});
    }
  }

  /** @param {boolean} there */
  #loaded(there) {
    this.#image.hidden = !there;
    this.#missing.hidden = there;
    this.#mark.hidden = !there;
    if (there) this.#stage.style.setProperty("--aspect", `${this.#image.naturalWidth} / ${this.#image.naturalHeight}`);
  }

  /** @param {SearchHeat} heat */
  #drawHeat({ columns, rows, probabilities }) {
    if (!(columns > 0 && rows > 0) || probabilities.length !== columns * rows) return;
    Object.assign(this.#heat, { width: columns, height: rows });
    const context = this.#heat.getContext("2d");
    const pixels = context?.createImageData(columns, rows);
    if (!context || !pixels) return;
    probabilities.forEach((probability, i) => {
      const hidden = probability < 0;
      const strength = clamp(probability);
      pixels.data.set(hidden ? [0, 0, 0, 255] : [255, Math.round(210 * (1 - strength)), 40, Math.round(255 * strength)], 4 * i);
    });
    context.putImageData(pixels, 0, 0);
    this.#heatTools.hidden = false;
    this.#look();
  }

  #look() {
    keepPreference("heat", this.#show.checked);
    keepPreference("heat-opacity", Number(this.#opacity.value));
    this.#heat.hidden = !this.#show.checked;
    this.#heat.style.opacity = String(Number(this.#opacity.value) / 100);
  }

  /** @param {PointerEvent} event */
  #placeOf(event) {
    const { left, top, width, height } = this.#stage.getBoundingClientRect();
    return { x: clamp((event.clientX - left) / width), y: clamp((event.clientY - top) / height) };
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (!this.marking || event.button !== 0) return;
    event.preventDefault();
    this.#stage.setPointerCapture(event.pointerId);
    this.#from = this.#placeOf(event);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const from = this.#from;
    this.#from = null;
    if (!from) return;
    const to = this.#placeOf(event);
    const drawn = [Math.min(from.x, to.x), Math.min(from.y, to.y), Math.max(from.x, to.x), Math.max(from.y, to.y)];
    const large = drawn[2] - drawn[0] >= LEAST_DRAG && drawn[3] - drawn[1] >= LEAST_DRAG;
    this.marked(large ? drawn : [to.x, to.y]);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.marking) return;
    const step = arrowStep(event);
    if (step) {
      this.#at = stepped(this.#at, [step[0] * KEY_STEPS, step[1] * KEY_STEPS]);
      this.#draw(this.#at, this.#at);
    } else if (event.key === "Enter" || event.key === " ") this.marked([this.#at.x, this.#at.y]);
    else if (event.key === "Escape") this.marking = false;
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {Point} from
   * @param {Point} to
   */
  #draw(from, to) {
    const [left, top] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
    Object.assign(this.#box.style, { left: `${left * 100}%`, top: `${top * 100}%`,
      width: `${Math.abs(to.x - from.x) * 100}%`, height: `${Math.abs(to.y - from.y) * 100}%` });
    this.#box.hidden = false;
  }
}
