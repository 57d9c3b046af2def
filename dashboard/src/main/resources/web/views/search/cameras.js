import { inOrder, nameOf } from "../../definitions.js";
import { checkbox, h, mark } from "../../dom.js";
import { rows } from "../../rows.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { readArrangement } from "../wall/arrangement.js";
import { MOST_CAMERAS } from "./wanted.js";

/** Which cameras are searched: all, a group of the wall, or those that are ticked. */
export class CameraChoice {
  #summary = h("summary", { "data-testid": "search-cameras" });
  #groups = h("div", { class: "groups" });
  #list = h("ul", {});
  /** None for all. @type {string[]} */
  chosen = [];

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.element = h("details", { class: "choice" }, this.#summary,
      h("div", { class: "menu" }, this.#groups, this.#list, h("p", { class: "muted" }, t("search.atMost", { n: MOST_CAMERAS }))));
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.element.open) return;
      event.stopPropagation();
      this.element.open = false;
      this.#summary.focus();
    });
    document.addEventListener("pointerdown", this.#outside);
  }

  destroy() {
    document.removeEventListener("pointerdown", this.#outside);
  }

  #outside = (/** @type {Event} */ event) => {
    if (event.target instanceof Node && !this.element.contains(event.target)) this.element.open = false;
  };

  draw() {
    const known = this.chosen.filter((id) => state.cameras.has(id));
    const [one] = known;
    this.#summary.textContent = !this.chosen.length ? t("search.allCameras")
      : known.length === 1 ? nameOf(/** @type {Camera} */ (state.cameras.get(one))) : t("timeline.camerasChosen", { n: known.length });
    const groups = readArrangement(localStorage.getItem("wall")).groups
      .map(({ name, cameras }) => ({ name, cameras: cameras.filter((id) => state.cameras.has(id)) }))
      .filter(({ cameras }) => cameras.length);
    rows(this.#groups, [{ name: t("search.allCameras"), cameras: /** @type {string[]} */ ([]) }, ...groups], {
      key: ({ name }) => name,
      make: (_, current) => h("button", { type: "button", class: "small", onclick: () => this.#choose(current().cameras) }),
      update: (button, { name, cameras }) => {
        button.textContent = name;
        mark(button, { "aria-pressed": String(same(cameras, this.chosen)) });
      },
    });
    rows(this.#list, inOrder(state.cameras.values()), {
      key: ({ id }) => id, make: ({ id }) => this.#box(id), update: (element, camera) => this.#update(element, camera) });
  }

  /** @param {string} id */
  #box(id) {
    const box = checkbox({ "data-testid": `search-camera-${id}` }, false);
    box.addEventListener("change", () => this.#choose(box.checked ? [...this.chosen, id] : this.chosen.filter((one) => one !== id)));
    return h("li", {}, h("label", { class: "check" }, box, " ", h("span", {})));
  }

  /**
   * @param {HTMLElement} element
   * @param {Camera} camera
   */
  #update(element, camera) {
    const box = /** @type {HTMLInputElement} */ (element.querySelector("input"));
    box.checked = this.chosen.includes(camera.id);
    box.disabled = !box.checked && this.chosen.length >= MOST_CAMERAS;
    const name = element.querySelector("span");
    if (name) name.textContent = nameOf(camera);
  }

  /** @param {string[]} cameras */
  #choose(cameras) {
    this.chosen = cameras.slice(0, MOST_CAMERAS);
    this.draw();
    this.changed();
  }
}

/**
 * @param {string[]} a
 * @param {string[]} b
 */
const same = (a, b) => a.length === b.length && a.every((one) => b.includes(one));
