import { ApiError } from "./api.js";
import { loadDefinition, nameOf, saveDefinition } from "./definitions.js";
import { fieldsOf, shapesOf } from "./masks.js";
import { t } from "./text.js";

/** @typedef {import("./masks.js").Shaped} Shaped */

/** Somebody else may store the camera at the same moment. */
const TRIES = 4;

/**
 * Changes a camera's zones as they are now at the service, so that what others have added meanwhile stays.
 *
 * @param {string} camera
 * @param {(shapes: Shaped[]) => Shaped[]} change
 */
async function changeShapes(camera, change) {
  for (let left = TRIES; ; left--) {
    const newest = await loadDefinition("cameras", camera);
    try {
      return await saveDefinition("cameras", { ...newest, ...fieldsOf(change(shapesOf(newest))) }, camera);
    } catch (failure) {
      if (!(failure instanceof ApiError) || failure.status !== ApiError.STALE || left <= 1) throw failure;
    }
  }
}

/**
 * @param {string} camera
 * @param {Shaped} shape
 */
export const addShape = (camera, shape) => changeShapes(camera, (shapes) => [...shapes, withName(shapes, shape)]);

/**
 * Puts a shape in the place of what it was made from, unless that has changed since.
 *
 * @param {string} camera
 * @param {Shaped} base
 * @param {Shaped} shape
 */
export const replaceShape = (camera, base, shape) =>
  changeShapes(camera, (shapes) => {
    const at = placeOf(shapes, base);
    return shapes.map((other, i) => (i === at ? withName(shapes.filter((_, j) => j !== at), shape) : other));
  });

/**
 * @param {string} camera
 * @param {Shaped} base
 */
export const removeShape = (camera, base) =>
  changeShapes(camera, (shapes) => {
    const at = placeOf(shapes, base);
    return shapes.filter((_, i) => i !== at);
  });

/**
 * Where a shape is now. A mask has no id; it is known by what it is.
 *
 * @param {Shaped[]} shapes
 * @param {Shaped} base
 */
function placeOf(shapes, base) {
  const same = shapes.findIndex((shape) => content(shape) === content(base));
  if (same >= 0) return same;
  const changed = base.kind !== "MASK" && shapes.some(({ id }) => id === base.id);
  throw new Error(t(changed ? "camera.zoneChanged" : "camera.zoneGone", { name: nameOf(base) }));
}

/** @param {Shaped} shape */
const content = ({ id, name, kind, rings }) => JSON.stringify([kind === "MASK" ? "" : id, name, kind, rings]);

/**
 * Two zones of one name cannot be told apart.
 *
 * @param {Shaped[]} others
 * @param {Shaped} shape
 */
function withName(others, shape) {
  const name = shape.name.trim();
  if (others.some((other) => sameName(other.name, name))) throw new Error(t("camera.zoneNameTaken", { name }));
  return { ...shape, name };
}

/**
 * @param {string} one
 * @param {string} other
 */
const sameName = (one, other) => one.trim().toLocaleLowerCase() === other.trim().toLocaleLowerCase();
