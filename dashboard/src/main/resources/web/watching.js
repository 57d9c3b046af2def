/**
 * What a part of the page wants of a camera: no width for the frames as they are, no fps for all of them.
 *
 * @typedef {{id: string, width?: number, fps?: number, facts?: boolean}} Wanted
 */

/** The service takes no more. */
const MAX_CAMERAS = 36;

/**
 * What the page as a whole wants: of each camera the most that a part of it does.
 *
 * @param {Iterable<Wanted[]>} parts
 * @param {boolean} hidden whether nobody sees the page: then no pictures, but what happens
 * @returns {Wanted[]}
 */
export function wanted(parts, hidden) {
  /** @type {Map<string, Wanted>} */
  const all = new Map();
  for (const part of parts) {
    for (const one of part) {
      const known = all.get(one.id);
      all.set(one.id, known ? larger(known, one) : { ...one });
    }
  }
  const cameras = [...all.values()].slice(0, MAX_CAMERAS);
  return hidden ? cameras.filter(({ facts }) => facts).map(({ id }) => ({ id, fps: 0, facts: true })) : cameras;
}

/**
 * @param {Wanted} a
 * @param {Wanted} b
 * @returns {Wanted}
 */
function larger(a, b) {
  /** @type {Wanted} */
  const both = { id: a.id };
  if (a.width && b.width) both.width = Math.max(a.width, b.width);
  if (a.fps !== undefined && b.fps !== undefined) both.fps = Math.max(a.fps, b.fps);
  if (a.facts || b.facts) both.facts = true;
  return both;
}
