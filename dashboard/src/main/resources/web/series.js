/**
 * What the service answers of a span: steps of one length, and of each query a value for each step, null where no frame was seen.
 *
 * @typedef {{fromMs: number, stepMs: number, windowMs: number, count: number, oldestMs: number, newestMs: number, complete: boolean,
 *   queries: {query: string, mean: (number | null)[], max: (number | null)[]}[]}} Columns
 */

/** Mean shares of queries over time, by steps of one length; what a chart draws. */
export class Series {
  /**
   * Per query: start of the step in seconds -> mean share, null where no frame was seen.
   *
   * @type {Map<string, Map<number, number | null>>}
   */
  #means = new Map();
  /** Length of a step, seconds. */
  step = 1;

  /** @param {Area} window */
  addWindow({ query, windowStartMs, framesSeen, mean }) {
    this.#put(query, Number(windowStartMs) / 1000, framesSeen > 0 ? mean : null);
  }

  /** @param {Columns} columns in place of all that there was */
  fill({ fromMs, stepMs, queries }) {
    this.clear();
    this.step = stepMs / 1000;
    for (const { query, mean } of queries) {
      mean.forEach((value, i) => value !== null && this.#put(query, (fromMs + i * stepMs) / 1000, value));
    }
  }

  /**
   * @param {string} query
   * @param {number} second
   * @param {number | null} mean
   */
  #put(query, second, mean) {
    const means = this.#means.get(query) ?? new Map();
    means.set(second, mean);
    this.#means.set(query, means);
  }

  clear() {
    this.#means.clear();
    this.step = 1;
  }

  /** @param {string} query */
  has(query) {
    return this.#means.has(query);
  }

  /** How many steps there are, of all queries. */
  get size() {
    return [...this.#means.values()].reduce((sum, means) => sum + means.size, 0);
  }

  #starts() {
    return [...this.#means.values()].flatMap((means) => [...means.keys()]);
  }

  /** Start of the newest step in seconds; null without one. */
  newest() {
    const starts = this.#starts();
    return starts.length ? starts.reduce((a, b) => Math.max(a, b)) : null;
  }

  /** Start of the oldest step in seconds; null without one. */
  oldest() {
    const starts = this.#starts();
    return starts.length ? starts.reduce((a, b) => Math.min(a, b)) : null;
  }

  /** @param {number} second steps that start before it are removed */
  removeBefore(second) {
    for (const [query, means] of this.#means) {
      for (const start of means.keys()) if (start < second) means.delete(start);
      if (!means.size) this.#means.delete(query);
    }
  }

  /**
   * One column of seconds, then one of means for each query, with a gap (null) where there is none.
   *
   * @param {string[]} queries
   * @param {number} from second
   * @param {number} to second, included
   * @returns {[number[], ...(number | null)[][]]}
   */
  columns(queries, from, to) {
    /** @type {number[]} */
    const seconds = [];
    for (let second = Math.floor(from / this.step) * this.step; second <= to; second += this.step) seconds.push(second);
    return [seconds, ...queries.map((query) => seconds.map((second) => this.#means.get(query)?.get(second) ?? null))];
  }
}
