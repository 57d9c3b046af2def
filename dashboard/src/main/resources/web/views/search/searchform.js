import { nameOf } from "../../definitions.js";
import { h, mark, select } from "../../dom.js";
import { field } from "../../form.js";
import { commaSeparated } from "../../format.js";
import { preference } from "../../preferences.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { CameraChoice } from "./cameras.js";
import { recent } from "./recent.js";
import { thumbnailOf } from "./thumbnails.js";
import { localInput, MOST_WORDS, rangeOf } from "./wanted.js";

/** @typedef {import("./wanted.js").Wanted} Wanted */

const MOST_SUGGESTED = 60;
/** @type {[import("./wanted.js").SpanName, string][]} */
const SPAN_NAMES = [["1h", t("search.lastHour")], ["today", t("search.today")], ["night", t("search.lastNight")], ["24h", t("search.last24h")],
  ["7d", t("search.last7d")], ["own", t("search.ownSpan")]];

/** What to look for, where, and when. */
export class SearchForm {
  #words = h("input", { type: "search", name: "q", maxlength: 200, autocomplete: "off", list: "search-words", enterkeyhint: "search",
    placeholder: t("search.placeholder"), "aria-label": t("search.words"), "data-testid": "search-words" });
  #suggested = h("datalist", { id: "search-words" });
  #like = h("span", { class: "like", hidden: true, "data-testid": "search-like" });
  #cancel = h("button", { type: "button", hidden: true, "data-testid": "search-cancel", onclick: () => this.wishes.cancel() }, t("common.cancel"));
  #zone = h("select", { "data-testid": "search-zone" });
  #zoneLabel = h("label", { class: "inline", hidden: true }, t("timeline.zone"), " ", this.#zone);
  #span = select({ "data-testid": "search-span" }, SPAN_NAMES);
  #from = h("input", { type: "datetime-local", "aria-label": t("search.from"), "data-testid": "search-from" });
  #to = h("input", { type: "datetime-local", "aria-label": t("search.to"), "data-testid": "search-to" });
  #own = h("span", { class: "own", hidden: true }, this.#from, h("span", { "aria-hidden": "true" }, "–"), this.#to);
  #also = h("input", { type: "text", maxlength: 400, "data-testid": "search-also" });
  #not = h("input", { type: "text", maxlength: 400, "data-testid": "search-not" });
  #least = h("input", { type: "number", min: 0, max: 100, step: "any", placeholder: t("search.leastUsual"), "data-testid": "search-least" });
  #more = h("details", { class: "more" }, h("summary", { "data-testid": "search-more" }, t("search.more")),
    h("div", { class: "fields" }, field(t("search.also"), this.#also, t("search.alsoHelp")), field(t("search.not"), this.#not, t("search.notHelp")),
      field(t("search.least"), this.#least, t("search.leastHelp"))));
  #cameras = new CameraChoice(() => this.#offerZones(""));
  /** @type {Wanted} */
  #shown = /** @type {any} */ (null);

  /** @param {{search: (wanted: Wanted) => void, cancel: () => void}} wishes */
  constructor(wishes) {
    this.wishes = wishes;
    this.#span.addEventListener("change", () => this.#offerOwn());
    this.element = h("form", { class: "ask-past", role: "search", "aria-label": t("common.search"), "data-testid": "search-form" },
      h("div", { class: "words" }, this.#like, this.#words, this.#suggested,
        h("button", { class: "primary", "data-testid": "search-run" }, t("search.run")), this.#cancel),
      h("div", { class: "where" }, this.#cameras.element, this.#zoneLabel,
        h("label", { class: "inline" }, t("search.span"), " ", this.#span), this.#own, this.#more));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.wishes.search(this.read());
    });
  }

  destroy() {
    this.#cameras.destroy();
  }

  focus() {
    this.#words.focus();
    this.#words.select();
  }

  /** @param {boolean} running */
  set running(running) {
    mark(this.#cancel, { hidden: !running });
  }

  /** @param {Wanted} wanted as the address tells it */
  show(wanted) {
    this.#shown = wanted;
    this.#words.value = wanted.q;
    this.#also.value = wanted.also.join(", ");
    this.#not.value = wanted.not.join(", ");
    this.#least.value = wanted.least ? String(Number((wanted.least * 100).toFixed(4))) : "";
    if (wanted.also.length || wanted.not.length || wanted.least) this.#more.open = true;
    this.#cameras.chosen = wanted.cameras;
    this.#span.value = wanted.span;
    const { from, to } = rangeOf(wanted, state.now());
    this.#from.value = localInput(from);
    this.#to.value = localInput(to);
    this.#own.hidden = wanted.span !== "own";
    this.#showLike();
    this.offer();
  }

  /** Cameras, zones and queries have come or changed. */
  offer() {
    this.#cameras.draw();
    this.#offerZones(this.#zone.value || this.#shown?.zone || "");
    const words = new Set([...recent(preference("searches", [])), ...[...state.queries.values()].map(({ text }) => text)]);
    this.#suggested.replaceChildren(...[...words].slice(0, MOST_SUGGESTED).map((value) => h("option", { value })));
  }

  /** What the form asks for now. @returns {Wanted} */
  read() {
    const range = { from: new Date(this.#from.value).getTime(), to: new Date(this.#to.value).getTime() };
    const own = this.#span.value === "own" && range.from < range.to;
    const chosen = /** @type {Wanted["span"]} */ (this.#span.value);
    const { least, from, to } = this.#shown;
    const zone = this.#zoneLabel.hidden ? "" : this.#zone.value;
    // The inputs tell minutes: what they were filled with is not rounded.
    const kept = own && this.#shown.span === "own" && this.#from.value === localInput(from) && this.#to.value === localInput(to);
    const typed = Math.min(100, Math.max(0, Number(this.#least.value))) / 100;
    return {
      ...this.#shown, q: this.#words.value.trim(), like: this.#words.value.trim() ? null : this.#shown.like,
      also: commaSeparated(this.#also.value).slice(0, MOST_WORDS), not: commaSeparated(this.#not.value).slice(0, MOST_WORDS),
      cameras: zone ? this.#of() : this.#cameras.chosen, zone,
      span: own || chosen !== "own" ? chosen : "24h", ...(own ? kept ? {} : range : { from: 0, to: 0 }),
      least: Number.isFinite(typed) ? typed : least,
    };
  }

  /** Ids of the cameras that are searched. */
  #of() {
    return this.#cameras.chosen.length ? this.#cameras.chosen : [...state.cameras.keys()];
  }

  #offerOwn() {
    const own = this.#span.value === "own";
    this.#own.hidden = !own;
    if (own) this.#from.focus();
  }

  /** @param {string} wanted */
  #offerZones(wanted) {
    const [only, ...others] = this.#of();
    const zones = only && !others.length ? (state.cameras.get(only)?.zones ?? []).filter(({ kind }) => kind !== "EXCLUDE") : [];
    this.#zoneLabel.hidden = !zones.length;
    this.#zone.replaceChildren(h("option", { value: "" }, t("timeline.wholePicture")), ...zones.map((zone) => h("option", { value: zone.id }, nameOf(zone))));
    this.#zone.value = zones.some(({ id }) => id === wanted) ? wanted : "";
  }

  #showLike() {
    const { like } = this.#shown;
    this.#like.hidden = !like;
    this.#words.placeholder = t(like ? "search.placeholderLike" : "search.placeholder");
    if (!like) return;
    const image = h("img", { alt: t("search.likeThis"), title: t("search.likeThis"), src: thumbnailOf(like, like.at) });
    this.#like.replaceChildren(image, h("button", { type: "button", class: "mini", "aria-label": t("search.likeGone"), title: t("search.likeGone"), onclick: () => {
      this.#shown = { ...this.#shown, like: null };
      this.#showLike();
      this.focus();
    } }, "✕"));
  }
}
