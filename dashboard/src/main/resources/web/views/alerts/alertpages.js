import { merged } from "../../alertwords.js";

/** Alerts of a page of the API's answer. */
export const PAGE = 50;
/** More are not kept; filters narrow them. */
export const MOST = 1000;

/** @typedef {{alerts: WholeAlert[], next?: string, total: number}} AlertPage */

/** The list as far as it was read. Answers may come in another order than they were asked for: an older one changes nothing newer. */
export class AlertPages {
  /** @type {WholeAlert[]} */
  alerts = [];
  /** Where the next page begins; "" at the end. */
  next = "";
  /** Of all pages. */
  total = 0;
  loaded = false;
  #asked = 0;
  #taken = 0;
  #forgotten = 0;

  /** Counts a question; its answer is taken by this number. */
  ask() {
    return ++this.#asked;
  }

  /** What was asked so far is not waited for any more. */
  clear() {
    this.alerts = [];
    this.next = "";
    this.total = 0;
    this.loaded = false;
    this.#forgotten = this.#asked;
  }

  /**
   * @param {number} turn of its question
   * @param {AlertPage} answer
   * @param {boolean} older whether a page further back was asked for, not the newest
   */
  take(turn, answer, older) {
    const late = turn < this.#taken;
    if (turn <= this.#forgotten || (late && !older)) return;
    if (older) {
      this.alerts = (late ? merged(answer.alerts, this.alerts) : merged(this.alerts, answer.alerts)).slice(0, MOST);
      this.next = answer.next ?? "";
    } else {
      this.#takeNewest(answer);
    }
    if (!late) this.total = answer.total;
    this.#taken = Math.max(this.#taken, turn);
  }

  /** @param {AlertPage} answer */
  #takeNewest({ alerts, next }) {
    const alone = !this.loaded || this.alerts.length <= PAGE;
    // What no longer passes the filters is gone from the part that was read again.
    const oldest = Number(alerts.at(-1)?.openedAtMs ?? 0);
    this.alerts = merged(this.alerts.filter((alert) => next && Number(alert.openedAtMs) < oldest), alerts).slice(0, MOST);
    if (alone) this.next = next ?? "";
    this.loaded = true;
  }
}
