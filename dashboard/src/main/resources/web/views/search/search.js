import { post } from "../../api.js";
import { h, mark, toast, write } from "../../dom.js";
import { keepPreference, preference } from "../../preferences.js";
import { link, router } from "../../router.js";
import { rows } from "../../rows.js";
import { state } from "../../state.js";
import { plural, t } from "../../text.js";
import { BandStrip, drawAxis } from "./band.js";
import { Detail } from "./detail.js";
import { beside, keyOf, nearest } from "./moments.js";
import { outcomeOf, progressLine, took } from "./outcome.js";
import { recent } from "./recent.js";
import { cameraName, Results } from "./results.js";
import { Run } from "./run.js";
import { SearchForm } from "./searchform.js";
import { Thumbnails } from "./thumbnails.js";
import { asks, MOST_CAMERAS, parametersOf, rangeOf, requestOf, wantedOf, wordsOf } from "./wanted.js";

/** @typedef {import("./wanted.js").Wanted} Wanted */

const DRAW_MS = 150;
/** A screen reader says how far a search is, but not at each step. */
const SAY_MS = 5000;

/** What is on the page while the view is shown. @type {View | null} */
let view = null;

/**
 * @param {HTMLElement} element
 * @param {import("../../router.js").Place} place
 */
export function show(element, place) {
  view ??= new View(element);
  view.follow(place);
}

export function hide() {
  view?.destroy();
  view = null;
}

state.on(["cameras", "queries"], () => view?.known());
window.addEventListener("themechange", () => view?.bands.forEach((strip) => strip.draw()));

/** By the time that words are typed the service is ready for them. What may be wrong with it, a search says. */
const prepare = () => post("api/search/prepare", undefined).catch(() => {});

class View {
  /** By camera. @type {Map<string, BandStrip>} */
  bands = new Map();
  /** @type {Wanted} */
  #wanted = wantedOf(new URLSearchParams());
  /** Parameters of the search that is on the page. */
  #asked = "";
  /** @type {Run | null} */
  #run = null;
  #timer = 0;
  #ticking = 0;
  #saidAt = -Infinity;
  /** @type {Detail | null} */
  #detail = null;
  /** Whether back leads to where the moment was opened. */
  #pushed = false;
  #thumbnails = new Thumbnails();
  #form = new SearchForm({ search: (wanted) => this.#search(wanted), cancel: () => this.#run?.cancel() });
  #bar = h("progress", { max: 1, value: 0, "aria-label": t("search.progress") });
  #line = h("span", { "data-testid": "search-line" });
  #toTimeline = h("a", { class: "button small", "data-testid": "search-on-timeline" }, t("search.onTimeline"));
  #status = h("div", { class: "status", hidden: true }, this.#bar, h("div", { class: "line" }, this.#line, this.#toTimeline));
  #said = h("p", { class: "unseen-text", role: "status", "data-testid": "search-said" });
  #notes = h("div", { class: "notes" });
  #strips = h("div", { class: "strips", hidden: true, "data-testid": "search-bands" });
  #axis = h("div", { class: "axis", "aria-hidden": "true" });
  #start = h("div", { class: "start", "data-testid": "search-start" });
  #results = new Results((key) => link("search", "", { ...parametersOf(this.#wanted), moment: key }));
  #resize = new ResizeObserver(() => this.#drawAxis());

  /** @param {HTMLElement} element */
  constructor(element) {
    element.replaceChildren(h("h1", { class: "unseen-text" }, t("common.search")), this.#form.element, this.#said, this.#status, this.#notes,
      h("section", { "aria-label": t("search.overTime") }, this.#strips, this.#axis), this.#start, this.#results.element);
    this.width = () => element.clientWidth;
    document.addEventListener("keydown", this.#onKey);
    this.#resize.observe(this.#axis);
  }

  destroy() {
    document.removeEventListener("keydown", this.#onKey);
    clearTimeout(this.#timer);
    clearInterval(this.#ticking);
    this.#resize.disconnect();
    this.#run?.drop();
    this.#run = null;
    this.#detail?.element.remove();
    this.bands.forEach((strip) => strip.destroy());
    this.#thumbnails.clear();
    this.#results.destroy();
    this.#form.destroy();
  }

  /** @param {import("../../router.js").Place} place */
  follow({ parameters }) {
    const wanted = wantedOf(parameters);
    const asked = new URLSearchParams(parametersOf(wanted)).toString();
    const first = !this.#form.element.dataset.shown;
    if (first || asked !== this.#asked) {
      this.#form.element.dataset.shown = "yes";
      this.#wanted = wanted;
      this.#form.show(wanted);
      this.#begin(asked);
      if (first && !asks(wanted)) prepare();
    } else {
      this.#pushed ||= !this.#detail && parameters.has("moment");
      this.#draw();
    }
    if (first && (!asks(wanted) || matchMedia("(pointer: fine)").matches) && !parameters.has("moment")) this.#form.focus();
  }

  /** Cameras or queries have come or changed. */
  known() {
    this.#form.offer();
    if (asks(this.#wanted) && !this.#run) this.#begin(this.#asked);
    else this.#draw();
  }

  /** @param {Wanted} wanted as the form asks for it */
  #search(wanted) {
    const address = link("search", "", parametersOf(wanted));
    if (!asks(wanted)) this.#form.focus();
    else if (new URL(address, document.baseURI).search === location.search) this.#begin(this.#asked);
    else router.navigate(address);
  }

  /** @param {string} asked */
  #begin(asked) {
    this.#asked = asked;
    this.#run?.drop();
    this.#run = null;
    clearInterval(this.#ticking);
    this.#results.clear();
    this.bands.forEach((strip) => strip.destroy());
    this.bands.clear();
    const cameras = (this.#wanted.cameras.length ? this.#wanted.cameras : [...state.cameras.keys()]).slice(0, MOST_CAMERAS);
    if (asks(this.#wanted) && cameras.length) {
      if (this.#wanted.q) keepPreference("searches", recent(preference("searches", []), this.#wanted.q));
      const request = requestOf(this.#wanted, cameras, rangeOf(this.#wanted, state.now()), BandStrip.columns(this.width()));
      this.#run = new Run(request, () => this.#soon());
      this.#ticking = window.setInterval(() => this.#tell(), 1000);
      this.#say(t("search.running"));
      this.#run.start();
    }
    this.#draw();
  }

  /** Much may come at once. */
  #soon() {
    if (this.#timer) return;
    this.#timer = window.setTimeout(() => this.#draw(), this.#run?.state === "running" ? DRAW_MS : 0);
  }

  #draw() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const run = this.#run;
    this.#results.open = router.here().parameters.get("moment") ?? "";
    this.#results.draw(run?.moments.values() ?? []);
    this.#drawStart();
    this.#drawBands();
    this.#form.running = run?.state === "running";
    this.#drawNotes();
    if (run && run.state !== "running") clearInterval(this.#ticking);
    this.#tell();
    this.#followMoment();
  }

  /** What is to be read is drawn when it changes. */
  #drawNotes() {
    const run = this.#run;
    const noted = run ? `${run.startedAt} ${run.state} ${Boolean(run.begun)} ${state.cameras.size}` : "";
    if (this.#notes.dataset.noted === noted) return;
    this.#notes.dataset.noted = noted;
    this.#thumbnails.clear();
    this.#notes.replaceChildren(...(run ? outcomeOf({ run, wanted: this.#wanted, thumbnails: this.#thumbnails,
      retry: () => this.#begin(this.#asked), hrefOf: this.#results.hrefOf }) : []));
  }

  #tell() {
    const run = this.#run;
    this.#status.hidden = !run;
    if (!run) return;
    write(this.#line, progressLine(run));
    const running = run.state === "running";
    const of = Number(run.begun?.records ?? 0);
    this.#bar.hidden = !running;
    if (of) this.#bar.value = Math.min(1, Number(run.progress.records) / of);
    else this.#bar.removeAttribute("value");
    const { cameras, fromMs, toMs } = run.request;
    mark(this.#toTimeline, { href: link("timeline", "", { ...wordsOf(this.#wanted), cameras: cameras.slice(0, 6).join(","), from: fromMs, to: toMs }) });
    const found = plural(run.moments.size, "search.foundOne", "search.foundMany");
    if (!running) this.#say(run.state === "done" ? t("search.endSaid", { found, time: took(run) }) : progressLine(run));
    else if (run.moments.size && performance.now() - this.#saidAt > SAY_MS) this.#say(found);
  }

  /** @param {string} text */
  #say(text) {
    this.#saidAt = performance.now();
    write(this.#said, text);
  }

  #drawBands() {
    const run = this.#run;
    const cameras = (run?.request.cameras ?? []).filter((camera) => run?.bands.has(camera));
    this.#strips.hidden = !cameras.length;
    this.#axis.hidden = !cameras.length;
    if (!run) return;
    rows(this.#strips, cameras, { key: (camera) => camera, make: (camera) => {
      const strip = new BandStrip(cameraName(camera), (at) => this.#toMoment(camera, at));
      this.bands.set(camera, strip);
      return strip.element;
    } });
    for (const [camera, band] of run.bands) this.bands.get(camera)?.show(band, run);
    this.#drawAxis();
  }

  #drawAxis() {
    if (this.#run && !this.#axis.hidden) drawAxis(this.#axis, this.#run);
  }

  /** What there is to see before anything was searched. */
  #drawStart() {
    const loaded = state.defaultRules.length > 0;
    this.#start.hidden = Boolean(this.#run) || (asks(this.#wanted) && !loaded);
    if (this.#start.hidden) return;
    if (loaded && !state.cameras.size) {
      this.#start.replaceChildren(h("h2", {}, t("cameras.noneYet")), h("p", {}, t("search.noCamera")),
        h("a", { class: "button", href: link("camera") }, t("search.toCameras")));
      return;
    }
    const before = recent(preference("searches", []));
    const queries = [...state.queries.values()].map(({ text }) => text).filter((text) => !before.includes(text)).slice(0, 12);
    const links = (/** @type {string[]} */ all) => h("ul", { class: "words-list" }, ...all.map((q) =>
      h("li", {}, h("a", { class: "button small", href: link("search", "", { ...parametersOf(this.#wanted), q }) }, q))));
    this.#start.replaceChildren(h("p", {}, t("search.intro")),
      ...(before.length ? [h("h2", {}, t("search.recent")), links(before), h("button", { type: "button", class: "small", onclick: () => {
        keepPreference("searches", []);
        this.#form.offer();
        this.#drawStart();
        this.#form.focus();
      } }, t("search.forget"))] : []),
      ...(queries.length ? [h("h2", {}, t("search.queries")), links(queries)] : []));
  }

  /**
   * @param {string} camera
   * @param {number} at that was clicked in its band
   */
  #toMoment(camera, at) {
    const moment = nearest(this.#run?.moments.values() ?? [], camera, at);
    if (moment) this.#results.show(keyOf(moment));
  }

  /** The moment that the address names is open, once it is found. */
  #followMoment() {
    const key = router.here().view === "search" ? router.here().parameters.get("moment") ?? "" : "";
    const best = this.#run?.end?.best;
    const moment = this.#run?.moments.get(key) ?? (best && keyOf(best) === key ? best : undefined);
    if (!moment) {
      const detail = this.#detail;
      this.#detail = null;
      detail?.close();
      if (key && this.#run?.state === "done") {
        toast(t("search.notAmong"));
        router.setParameters({ moment: null });
      }
      return;
    }
    this.#detail ??= new Detail({ step: (step) => this.#step(step), closed: () => this.#closed(),
      like: (like) => this.#search({ ...this.#wanted, q: "", also: [], not: [], zone: "", like }) });
    const [before, next] = [-1, 1].map((step) => beside(this.#results.groups, key, step));
    this.#detail.show(moment, this.#wanted, { first: !before, last: !next });
  }

  /** @param {number} step */
  #step(step) {
    const moment = beside(this.#results.groups, router.here().parameters.get("moment") ?? "", step);
    if (moment) router.navigate(this.#results.hrefOf(keyOf(moment)), { replace: true });
  }

  #closed() {
    if (!this.#detail) return;
    const key = router.here().parameters.get("moment") ?? "";
    this.#detail = null;
    if (!key) return;
    if (this.#pushed) history.back();
    else router.setParameters({ moment: null });
    this.#pushed = false;
    this.#results.show(key);
  }

  #onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = event.target instanceof Element && event.target.closest("input:not([type=checkbox]), select, textarea");
    if (event.key === "Escape" && this.#run?.state === "running") this.#run.cancel();
    else if (event.key === "/" && !typing) this.#form.focus();
    else return;
    event.preventDefault();
  };
}
