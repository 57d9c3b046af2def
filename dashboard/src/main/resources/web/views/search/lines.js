/** Longer lines are no events. */
const MOST_CHARACTERS = 4_000_000;

/** The lines of a text that comes in parts, which may end anywhere: within a line, or within a character. */
export class Lines {
  #decoder = new TextDecoder();
  #begun = "";

  /**
   * @param {Uint8Array} bytes
   * @returns {string[]} the lines that are whole by now; empty ones are left out
   */
  add(bytes) {
    return this.#cut(this.#decoder.decode(bytes, { stream: true }), false);
  }

  /** @returns {string[]} what no line end followed */
  end() {
    return this.#cut(this.#decoder.decode(), true);
  }

  /**
   * @param {string} text
   * @param {boolean} last
   */
  #cut(text, last) {
    const lines = (this.#begun + text).split(/\r?\n/);
    this.#begun = last ? "" : lines.pop() ?? "";
    if (this.#begun.length > MOST_CHARACTERS) throw new Error("a line of the answer has no end");
    return lines.filter((line) => line.trim());
  }
}
