const MOST = 200;

/**
 * States that can be gone back to and forth again; the last two hundred.
 *
 * @template State
 */
export class History {
  /** @type {State[]} */
  #states;
  #at = 0;

  /** @param {State} first */
  constructor(first) {
    this.#states = [first];
  }

  /** @returns {State} */
  get now() {
    return this.#states[this.#at];
  }

  get canUndo() {
    return this.#at > 0;
  }

  get canRedo() {
    return this.#at < this.#states.length - 1;
  }

  /**
   * A new state; what was undone before is gone.
   *
   * @param {State} state
   */
  push(state) {
    this.#states = [...this.#states.slice(0, this.#at + 1), state].slice(-MOST);
    this.#at = this.#states.length - 1;
  }

  /** @returns {boolean} whether there was a state before */
  undo() {
    if (!this.canUndo) return false;
    this.#at--;
    return true;
  }

  redo() {
    if (!this.canRedo) return false;
    this.#at++;
    return true;
  }
}
