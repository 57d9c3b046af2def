/** Mean shares of queries over time, by windows of one length; what the chart draws. */
export class Series {
  /**
   * Per query: start of the window in seconds -> mean share, null where no frame was seen.
   *
   * @type {Map<string, Map<number, number | null>>}
   */
  #means = new Map();

  /** @param {Area} window */
  addWindow({ query, windowStartMs, framesSeen, mean }) {
    const means = this.#means.get(query) ?? new Map();
    means.set(Number(windowStartMs) / 1000, framesSeen > 0 ? mean : null);
    this.#means.set(query, means);
  }

  clear() {
    this.#means.clear();
  }

  /** @param {string} query */
  has(query) {
    return this.#means.has(query);
  }

  /** How many windows there are, of all queries. */
  get size() {
    return [...this.#means.values()].reduce((sum, means) => sum + means.size, 0);
  }

  /** Start of the newest window in seconds; null without one. */
  newest() {
    const starts = [...this.#means.values()].flatMap((means) => [...means.keys()]);
    return starts.length ? starts.reduce((a, b) => Math.max(a, b)) : null;
  }

  /** @param {number} second windows that start before it are removed */
  removeBefore(second) {
    for (const means of this.#means.values()) {
      for (const start of means.keys()) if (start < second) means.delete(start);
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
    for (let second = Math.floor(from); second <= to; second++) seconds.push(second);
    return [seconds, ...queries.map((query) => seconds.map((second) => this.#means.get(query)?.get(second) ?? null))];
  }
}
