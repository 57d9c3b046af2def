/** Frames of the last minutes at some a second, of each query. */
const KEPT_MS = 300_000;
const MOST = 4000;
export const SCORE_BINS = 40;

/** @typedef {{at: number, peak: number, class: number, share: number}} Score */

/** What the observations of the last five minutes said of each query, as far as this page has seen them. */
export class Scores {
  /** @type {Map<string, Score[]>} */
  #scores = new Map();

  /**
   * @param {number} at ms
   * @param {{id: string, peak: number, class: number, share: number}[]} queries
   */
  add(at, queries) {
    for (const { id, peak, class: whole, share } of queries) {
      const scores = this.#scores.get(id) ?? [];
      scores.push({ at, peak, class: whole, share });
      if (scores.length > MOST || at - scores[0].at > KEPT_MS * 1.1) {
        const from = Math.max(scores.length - MOST, scores.findIndex((score) => at - score.at <= KEPT_MS));
        scores.splice(0, Math.max(0, from));
      }
      this.#scores.set(id, scores);
    }
  }

  /**
   * How many frames had which highest probability.
   *
   * @param {string} id
   * @param {"peak" | "class"} which
   * @returns {number[]} in equal steps from 0 to 1
   */
  histogram(id, which) {
    const bins = Array(SCORE_BINS).fill(0);
    for (const score of this.#scores.get(id) ?? []) bins[Math.min(SCORE_BINS - 1, Math.max(0, Math.floor(score[which] * SCORE_BINS)))]++;
    return bins;
  }

  /** @param {string} id @returns {number} frames that are kept */
  count(id) {
    return this.#scores.get(id)?.length ?? 0;
  }

  /**
   * Share of the frames in which a pixel reached a probability.
   *
   * @param {string} id
   * @param {number} threshold
   */
  reached(id, threshold) {
    const scores = this.#scores.get(id) ?? [];
    return scores.length ? scores.filter(({ peak }) => peak >= threshold).length / scores.length : 0;
  }

  /**
   * Whether nothing was seen for a while.
   *
   * @param {string} id
   * @param {number} now ms
   * @param {number} forMs
   */
  isQuiet(id, now, forMs) {
    const scores = this.#scores.get(id) ?? [];
    return scores.length > 0 && now - scores[0].at >= forMs && !scores.some(({ at, share }) => now - at < forMs && share > 0);
  }

  clear() {
    this.#scores.clear();
  }
}
