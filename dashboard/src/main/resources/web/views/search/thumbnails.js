const AT_ONCE = 4;
const MARGIN = "300px";

/** Pictures that are loaded when they come into view, a few at a time. */
export class Thumbnails {
  /** Those in view that are not asked for yet, the newest wish last. @type {Set<HTMLImageElement>} */
  #waiting = new Set();
  #loading = 0;
  #observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: MARGIN });

  /** @param {HTMLImageElement} image its `data-src` is loaded once it is near */
  add(image) {
    const done = () => {
      this.#loading--;
      image.closest(".frame")?.classList.toggle("none", !image.naturalWidth);
      this.#next();
    };
    image.addEventListener("load", done);
    image.addEventListener("error", done);
    this.#observer.observe(image);
  }

  clear() {
    this.#observer.disconnect();
    this.#waiting.clear();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const image = /** @type {HTMLImageElement} */ (target);
      if (isIntersecting) this.#waiting.add(image);
      else this.#waiting.delete(image);
    }
    this.#next();
  }

  #next() {
    for (const image of this.#waiting) {
      if (this.#loading >= AT_ONCE) return;
      this.#waiting.delete(image);
      this.#observer.unobserve(image);
      this.#loading++;
      image.src = image.dataset.src ?? "";
    }
  }
}

/**
 * The picture that is kept of a frame.
 *
 * @param {{camera: string, epoch: string, sequence: string}} frame
 * @param {number | string} atMs
 */
export const thumbnailOf = ({ camera, epoch, sequence }, atMs) =>
  `api/cameras/${encodeURIComponent(camera)}/thumbnails/${epoch}/${sequence}?atMs=${atMs}`;
