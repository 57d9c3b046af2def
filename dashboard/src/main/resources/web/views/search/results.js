import { inOrder, nameOf } from "../../definitions.js";
import { h, mark, part, write } from "../../dom.js";
import { dayName } from "../../format.js";
import { rows } from "../../rows.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { makeCard, updateCard } from "./card.js";
import { grouped, keyOf } from "./moments.js";
import { Thumbnails } from "./thumbnails.js";

/** @typedef {import("./moments.js").Group} Group */

/** @param {string} id of a camera, which may be gone */
export const cameraName = (id) => nameOf(state.cameras.get(id) ?? /** @type {Camera} */ ({ id, name: "" }));

/** The moments that were found, by day and camera. They come while a person reads: what is under the pointer stays there. */
export class Results {
  element = h("div", { class: "results", role: "group", "aria-label": t("search.found"), "data-testid": "search-results" });
  /** @type {Group[]} */
  groups = [];
  /** What is open; "" for none. */
  open = "";
  /** The card that Tab comes to. */
  #current = "";
  #pointed = false;
  #thumbnails = new Thumbnails();

  /** @param {(key: string) => string} hrefOf opens a moment */
  constructor(hrefOf) {
    this.hrefOf = hrefOf;
    this.element.addEventListener("pointerenter", () => (this.#pointed = true));
    this.element.addEventListener("pointerleave", () => (this.#pointed = false));
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusin", ({ target }) => {
      const card = target instanceof Element && target.closest(".card");
      if (card instanceof HTMLElement) this.#current = card.dataset.key ?? "";
      this.#tabbable();
    });
  }

  destroy() {
    this.#thumbnails.clear();
  }

  /** Pictures of another search are asked for no more. */
  clear() {
    this.#thumbnails.clear();
    this.#current = "";
    this.draw([]);
  }

  /** @param {Iterable<SearchMoment>} moments */
  draw(moments) {
    const order = inOrder(state.cameras.values()).map(({ id }) => id);
    this.groups = grouped(moments, order);
    const before = this.#anchor();
    rows(this.element, this.groups, {
      key: ({ key }) => key,
      make: () => h("section", {}, h("h2", {}, h("span", { class: "title" }), " ", h("span", { class: "muted" })), h("ul", { class: "cards" })),
      update: (section, group) => this.#group(section, group),
    });
    this.#tabbable();
    if (before) scrollBy({ top: before.card.getBoundingClientRect().top - before.top, behavior: "instant" });
  }

  /** @param {string} key is brought into view, with the focus */
  show(key) {
    const link = this.element.querySelector(`[data-key="${CSS.escape(key)}"] a`);
    if (!(link instanceof HTMLElement)) return;
    link.scrollIntoView({ block: "nearest" });
    link.focus({ preventScroll: true });
  }

  /**
   * @param {HTMLElement} section
   * @param {Group} group
   */
  #group(section, { moments, camera, day }) {
    const name = cameraName(camera);
    write(part(section, ".title"), `${dayName(Number(moments[0].fromMs), state.now())} · ${name}`);
    write(part(section, ".muted"), String(moments.length));
    mark(section, { "data-day": day, "data-camera": camera });
    rows(part(section, "ul"), moments, {
      key: keyOf,
      make: (moment) => {
        const card = makeCard(moment, this.hrefOf(keyOf(moment)), this.#thumbnails);
        card.dataset.key = keyOf(moment);
        return card;
      },
      update: (card, moment) => updateCard(card, moment, { shown: keyOf(moment) === this.open, camera: name }),
    });
  }

  /** The card that must not move while others come: the one under the pointer, or with the focus, or the first in view. */
  #anchor() {
    const focused = this.element.contains(document.activeElement) ? document.activeElement?.closest(".card") : null;
    const hovered = this.#pointed ? this.element.querySelector(".card:hover") : null;
    const card = hovered ?? focused ?? (scrollY > 0 ? this.#cards().find((one) => one.getBoundingClientRect().bottom > 0) : null);
    return card?.isConnected ? { card, top: card.getBoundingClientRect().top } : null;
  }

  #cards() {
    return /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll(".card")]);
  }

  /** One card is reached by Tab, the others by arrows. */
  #tabbable() {
    const cards = this.#cards();
    const current = cards.find(({ dataset }) => dataset.key === this.#current) ?? cards[0];
    for (const card of cards) mark(part(card, "a"), { tabindex: card === current ? 0 : -1 });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const card = event.target instanceof Element && event.target.closest(".card");
    if (!card || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const cards = this.#cards();
    const at = cards.indexOf(/** @type {HTMLElement} */ (card));
    /** @type {Record<string, () => HTMLElement | undefined>} */
    const moves = {
      ArrowLeft: () => cards[at - 1], ArrowRight: () => cards[at + 1], Home: () => cards[0], End: () => cards[cards.length - 1],
      ArrowUp: () => vertical(cards, card, -1), ArrowDown: () => vertical(cards, card, 1),
    };
    if (!Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    const next = moves[event.key]();
    if (!next) return;
    part(next, "a").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
}

/**
 * The card in the row above or below that is nearest.
 *
 * @param {HTMLElement[]} cards
 * @param {Element} card
 * @param {number} step
 */
function vertical(cards, card, step) {
  const here = card.getBoundingClientRect();
  const others = cards.map((one) => ({ one, rect: one.getBoundingClientRect() })).filter(({ rect }) => (rect.top - here.top) * step > 1);
  const away = (/** @type {DOMRect} */ rect) => Math.abs(rect.top - here.top) * 1000 + Math.abs(rect.left - here.left);
  return others.sort((a, b) => away(a.rect) - away(b.rect))[0]?.one;
}
