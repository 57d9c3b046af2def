import { dayOf } from "../timeline/range.js";

/**
 * What a search has found, in the order in which it is shown.
 *
 * @typedef {{key: string, day: string, camera: string, moments: SearchMoment[]}} Group of a day and a camera
 */

/** What a moment is known by. @param {SearchMoment} moment */
export const keyOf = ({ camera, peakAtMs }) => `${camera}@${peakAtMs}`;

/**
 * Days from the newest on, in each the cameras in their order, in each its moments from the newest on.
 *
 * @param {Iterable<SearchMoment>} moments
 * @param {string[]} cameras in the order in which they are shown
 * @returns {Group[]}
 */
export function grouped(moments, cameras) {
  const places = new Map(cameras.map((camera, place) => [camera, place]));
  const place = (/** @type {string} */ camera) => places.get(camera) ?? cameras.length;
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const moment of moments) {
    const day = dayOf(Number(moment.fromMs));
    const key = `${day}/${moment.camera}`;
    const group = groups.get(key) ?? { key, day, camera: moment.camera, moments: [] };
    group.moments.push(moment);
    groups.set(key, group);
  }
  for (const group of groups.values()) group.moments.sort((a, b) => Number(b.fromMs) - Number(a.fromMs));
  return [...groups.values()].sort((a, b) =>
    b.day.localeCompare(a.day) || place(a.camera) - place(b.camera) || a.camera.localeCompare(b.camera));
}

/**
 * The moment beside another, as they are shown.
 *
 * @param {Group[]} groups
 * @param {string} key
 * @param {number} step
 * @returns {SearchMoment | undefined}
 */
export function beside(groups, key, step) {
  const all = groups.flatMap(({ moments }) => moments);
  const at = all.findIndex((moment) => keyOf(moment) === key);
  return at < 0 ? undefined : all[at + step];
}

/**
 * The moment of a camera that is nearest to a time.
 *
 * @param {Iterable<SearchMoment>} moments
 * @param {string} camera
 * @param {number} at milliseconds
 * @returns {SearchMoment | undefined}
 */
export function nearest(moments, camera, at) {
  const away = (/** @type {SearchMoment} */ { fromMs, toMs }) => Math.max(0, Number(fromMs) - at, at - Number(toMs));
  return [...moments].filter((moment) => moment.camera === camera).sort((a, b) => away(a) - away(b))[0];
}

/** The share over a span, of one camera, as it comes in pieces. */
export class Band {
  /** Column by its start. @type {Map<number, number>} */
  #shares = new Map();
  columnMs = 0;

  /** @param {SearchSeries} series whose columns go back in time */
  add({ fromMs, columnMs, shares }) {
    this.columnMs = Number(columnMs);
    shares.forEach((share, i) => this.#shares.set(Number(fromMs) - i * this.columnMs, share));
  }

  /** Starts and shares, in no order; -1 where no frame was kept. */
  entries() {
    return this.#shares.entries();
  }

  /** @param {number} at */
  shareAt(at) {
    for (const [from, share] of this.#shares) {
      if (at >= from && at < from + this.columnMs) return share;
    }
    return undefined;
  }

  get most() {
    return Math.max(0, ...this.#shares.values());
  }
}
