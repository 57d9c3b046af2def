const MAX_PENDING = 32;

/**
 * Answers to a prompt that came before the picture of their frame: each is applied with its picture, so that a followed
 * mask never lies over the frame before. Bounded: of a page that is paused, the newest are kept.
 */
export class PendingAnswers {
  /** @type {InstanceAnswer[]} */
  #answers = [];

  /** @param {InstanceAnswer} answer */
  add(answer) {
    this.#answers.push(answer);
    if (this.#answers.length > MAX_PENDING) this.#answers.shift();
  }

  /**
   * Takes out the answers for frames up to this one.
   *
   * @param {FrameOrder} frame
   * @returns {InstanceAnswer | undefined} the newest of them
   */
  upTo(frame) {
    const due = this.#answers.filter((answer) => !isAfter(answer, frame));
    this.#answers = this.#answers.filter((answer) => isAfter(answer, frame));
    return due.reduce((/** @type {InstanceAnswer | undefined} */ newest, answer) =>
      (newest && isAfter(newest, answer) ? newest : answer), undefined);
  }

  clear() {
    this.#answers = [];
  }
}

/**
 * Frames of a camera are ordered by epoch, then by sequence.
 *
 * @typedef {{epoch: number, sequence: number}} FrameOrder
 * @param {FrameOrder} frame
 * @param {FrameOrder} other
 */
export const isAfter = (frame, other) =>
  frame.epoch > other.epoch || (frame.epoch === other.epoch && frame.sequence > other.sequence);
