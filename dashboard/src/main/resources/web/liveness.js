/** The service says something every two seconds. */
const SILENT_MS = 4000;
/** A slow line may need a while for a picture; then the connection is taken for dead. */
const LOST_MS = 10_000;
/** How soon a good connection is heard after a sleep or a change of the network. */
const PROOF_MS = 2500;
/** A page that checks so late was asleep. */
const ASLEEP_MS = 5000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8000;
const GROWTH = 1.7;

/**
 * Whether a connection is alive, by when it was heard last. Times are milliseconds of the wall clock, which goes on while
 * the machine sleeps, and of the page's own, which nobody sets: the longer span counts.
 */
export class Liveness {
  #heard = { wall: 0, page: 0 };
  #judged = { wall: 0, page: 0 };
  /** When a connection in doubt must have been heard, by the page's clock; 0 for none. */
  #proofBy = 0;
  #retryMs = FIRST_RETRY_MS;

  /**
   * @param {number} wall
   * @param {number} page
   */
  opened(wall, page) {
    this.#judged = { wall, page };
    this.heard(wall, page);
    this.#retryMs = FIRST_RETRY_MS;
  }

  /**
   * @param {number} wall
   * @param {number} page
   */
  heard(wall, page) {
    this.#heard = { wall, page };
    this.#proofBy = 0;
  }

  /**
   * The connection must be heard soon, or it is lost.
   *
   * @param {number} wall
   * @param {number} page
   */
  doubt(wall, page) {
    this.#judged = { wall, page };
    this.#proofBy ||= page + PROOF_MS;
  }

  /**
   * To be called several times a second.
   *
   * @param {number} wall
   * @param {number} page
   * @returns {"live" | "silent" | "lost"}
   */
  judge(wall, page) {
    if (since(this.#judged, wall, page) > ASLEEP_MS) this.doubt(wall, page);
    this.#judged = { wall, page };
    const silent = since(this.#heard, wall, page);
    if (this.#proofBy) {
      if (page > this.#proofBy) return "lost";
      return silent > SILENT_MS ? "silent" : "live";
    }
    return silent > LOST_MS ? "lost" : silent > SILENT_MS ? "silent" : "live";
  }

  /** Longer each time, and by chance, so that not all pages come back in one moment. */
  nextRetryMs() {
    const wait = this.#retryMs * (0.5 + Math.random() / 2);
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * GROWTH);
    return wait;
  }
}

/**
 * @param {{wall: number, page: number}} then
 * @param {number} wall
 * @param {number} page
 */
const since = (then, wall, page) => Math.max(wall - then.wall, page - then.page);
