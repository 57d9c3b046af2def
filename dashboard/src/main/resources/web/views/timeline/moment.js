import { nameOf } from "../../definitions.js";
import { h } from "../../dom.js";
import { dateAndTime } from "../../format.js";
import { link } from "../../router.js";
import { rows } from "../../rows.js";
import { state } from "../../state.js";
import { t } from "../../text.js";

const SETTLE_MS = 250;

/** The pictures of a moment, of each camera that is shown, where one is kept. */
export class Moment {
  #at = 0;
  #timer = 0;
  #title = h("h2", {}, t("timeline.moment"));
  #list = h("ul", { class: "pictures", "data-testid": "timeline-pictures" });

  constructor() {
    this.element = h("section", { class: "moment", "data-testid": "timeline-moment" }, this.#title, this.#list);
  }

  /**
   * @param {number} at milliseconds; 0 for none
   * @param {string[]} cameras
   */
  show(at, cameras) {
    this.#at = at;
    this.#title.textContent = at ? dateAndTime(at) : t("timeline.moment");
    rows(this.#list, at ? cameras : [], {
      key: (camera) => camera, make: (camera) => this.#make(camera),
      update: (element, camera) => this.#update(element, camera), empty: t("timeline.noMoment"),
    });
    clearTimeout(this.#timer);
    if (at) this.#timer = window.setTimeout(() => this.#load(), SETTLE_MS);
  }

  hide() {
    clearTimeout(this.#timer);
  }

  /** @param {string} camera */
  #make(camera) {
    const image = h("img", { alt: "", hidden: true });
    const none = h("span", { class: "none" }, t("timeline.noPicture"));
    image.addEventListener("load", () => {
      image.hidden = false;
      none.hidden = true;
    });
    image.addEventListener("error", () => {
      image.hidden = true;
      none.hidden = false;
    });
    return h("li", { "data-camera": camera }, h("a", {}, h("span", { class: "frame" }, image, none), h("span", { class: "caption" })));
  }

  /**
   * @param {HTMLElement} element
   * @param {string} camera
   */
  #update(element, camera) {
    const known = state.cameras.get(camera);
    const name = known ? nameOf(known) : camera;
    element.querySelector("a")?.setAttribute("href", link("camera", camera, { at: Math.round(this.#at) }));
    element.querySelector("a")?.setAttribute("title", t("timeline.openCamera"));
    const caption = element.querySelector(".caption");
    if (caption) caption.textContent = name;
    element.querySelector("img")?.setAttribute("alt", t("timeline.pictureOf", { camera: name, time: dateAndTime(this.#at) }));
  }

  /** Moments that are only passed over ask for nothing. */
  #load() {
    for (const element of this.#list.querySelectorAll("li[data-camera]")) {
      const camera = /** @type {HTMLElement} */ (element).dataset.camera ?? "";
      element.querySelector("img")?.setAttribute("src", `api/cameras/${encodeURIComponent(camera)}/frames?atMs=${Math.round(this.#at)}`);
    }
  }
}
