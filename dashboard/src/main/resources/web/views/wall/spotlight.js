/** So long a camera stays in the spotlight, whatever happens elsewhere. */
const HOLD_MS = 10_000;
/** Longer when somebody has put it there. */
const CHOSEN_MS = 60_000;

/** Which camera is shown large: that of the newest open alert, but not another one each second. */
export class Spotlight {
  camera = "";
  #until = 0;

  /**
   * @param {{camera: string, openedAtMs: number | string}[]} open alerts
   * @param {string[]} cameras that are on the wall
   * @param {number} now milliseconds
   * @returns {boolean} whether it has gone to another camera
   */
  follow(open, cameras, now) {
    const before = this.camera;
    if (!cameras.includes(this.camera)) {
      this.camera = cameras[0] ?? "";
      this.#until = 0;
    }
    const newest = open.filter(({ camera }) => cameras.includes(camera))
      .reduce((/** @type {typeof open[number] | null} */ best, one) =>
        (!best || Number(one.openedAtMs) > Number(best.openedAtMs) ? one : best), null);
    if (newest && newest.camera !== this.camera && now >= this.#until) {
      this.camera = newest.camera;
      this.#until = now + HOLD_MS;
    }
    return this.camera !== before;
  }

  /**
   * @param {string} camera
   * @param {number} now
   */
  choose(camera, now) {
    this.camera = camera;
    this.#until = now + CHOSEN_MS;
  }
}
