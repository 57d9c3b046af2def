import { live } from "./live.js";

/** Decodes one picture at a time; of those that come meanwhile only the newest is kept. Each that is decoded is acknowledged. */
export class NewestPicture {
  /** @type {{header: PictureHeader, jpeg: Blob} | null} */
  #next = null;
  #decoding = false;
  #show;
  #turn;

  /**
   * @param {(header: PictureHeader, bitmap: ImageBitmap) => void} show is given the bitmap, and closes it
   * @param {() => Promise<unknown>} [turn] resolves when it may be drawn
   */
  constructor(show, turn = () => new Promise(requestAnimationFrame)) {
    this.#show = show;
    this.#turn = turn;
  }

  /** @param {{header: PictureHeader, jpeg: Blob}} next */
  async receive(next) {
    this.#next = next;
    if (this.#decoding) return;
    this.#decoding = true;
    while (this.#next) {
      const { header, jpeg } = this.#next;
      this.#next = null;
      try {
        const bitmap = await createImageBitmap(jpeg);
        await this.#turn();
        this.#show(header, bitmap);
      } catch {
        // A picture that cannot be decoded is left out; the next one comes.
      }
      live.acknowledge(header);
    }
    this.#decoding = false;
  }

  /** What waits is not shown any more. */
  clear() {
    this.#next = null;
  }
}
