import { refusal } from "../../api.js";
import { t } from "../../text.js";
import { failureWords } from "./causes.js";
import { Lines } from "./lines.js";
import { Band, keyOf } from "./moments.js";

/** @typedef {"running" | "done" | "cancelled" | "failed"} RunState */
/** @typedef {ReturnType<typeof import("./wanted.js").requestOf>} SearchAsked */

/** The service says how far it is more often than this. */
const SILENT_MS = 60_000;

/** One search: what it has found so far, and how it ended. What was found stays when it fails in the midst. */
export class Run {
  /** @type {RunState} */
  state = "running";
  /** @type {SearchStart | null} */
  begun = null;
  /** @type {SearchProgress} */
  progress = { records: "0", frames: "0", reachedMs: "0" };
  /** By what they are known by. @type {Map<string, SearchMoment>} */
  moments = new Map();
  /** By camera. @type {Map<string, Band>} */
  bands = new Map();
  /** @type {SearchEnd | null} */
  end = null;
  /** Why it failed. @type {unknown} */
  failure = null;
  endedAt = 0;
  #abort = new AbortController();
  #timer = 0;

  /**
   * @param {SearchAsked} request
   * @param {(run: Run) => void} changed
   */
  constructor(request, changed) {
    this.request = request;
    this.changed = changed;
    this.startedAt = performance.now();
    this.from = Number(request.fromMs);
    this.to = Number(request.toMs);
  }

  async start() {
    try {
      await this.#read();
      if (this.state === "running") throw new Error(t("search.cutOff"));
    } catch (failure) {
      if (this.state === "running") this.#ended("failed", failure);
    } finally {
      clearTimeout(this.#timer);
      this.#abort.abort();
    }
  }

  /** What was found stays. */
  cancel() {
    if (this.state !== "running") return;
    this.#ended("cancelled");
    this.#abort.abort();
  }

  /** Nobody looks at it any more. */
  drop() {
    this.changed = () => {};
    this.cancel();
  }

  /**
   * @param {RunState} state
   * @param {unknown} [failure]
   */
  #ended(state, failure = null) {
    this.state = state;
    this.endedAt = performance.now();
    this.failure = failure;
    this.changed(this);
  }

  async #read() {
    const signal = this.#abort.signal;
    this.#heard();
    const answer = await fetch("api/search", { method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify(this.request), signal }).catch(() => {
      throw new Error(t("common.noAnswer"));
    });
    if (!answer.ok) throw await refusal(answer);
    const reader = answer.body?.getReader();
    const lines = new Lines();
    for (;;) {
      const part = await reader?.read().catch(() => {
        throw new Error(t("search.cutOff"));
      });
      this.#heard();
      for (const line of part?.value ? lines.add(part.value) : lines.end()) this.#take(JSON.parse(line));
      if (!part || part.done || this.state !== "running") return;
      this.changed(this);
    }
  }

  #heard() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      if (this.state === "running") this.#ended("failed", new Error(t("search.silent")));
      this.#abort.abort();
    }, SILENT_MS);
  }

  /** @param {SearchEvent} event */
  #take({ start, progress, moment, series, end, failure }) {
    if (this.state !== "running") return;
    if (start) this.begun = start;
    if (progress) this.progress = progress;
    if (moment) this.moments.set(keyOf(moment), moment);
    if (series) {
      const band = this.bands.get(series.camera) ?? new Band();
      band.add(series);
      this.bands.set(series.camera, band);
    }
    if (failure) this.#ended("failed", new Error(failureWords(failure)));
    if (end) {
      this.end = end;
      this.#ended("done");
    }
  }
}
