/**
 * Privacy masks are drawn, listed and edited as zones are; here one becomes the other.
 *
 * @typedef {Omit<Zone, "kind"> & {kind: Zone["kind"] | "MASK"}} Shaped
 */

/**
 * A camera's zones and masks in one list; a mask's id is its place.
 *
 * @param {Camera | undefined} camera
 * @returns {Shaped[]}
 */
export const shapesOf = (camera) => [
  ...(camera?.zones ?? []),
  ...(camera?.privacyMasks ?? []).map(({ name, outline }, i) =>
    ({ id: `mask ${i + 1}`, name, version: 0, kind: /** @type {const} */ ("MASK"), rings: outline ? [outline] : [] })),
];

/**
 * The fields of a camera that these shapes are.
 *
 * @param {Shaped[]} shapes
 * @returns {{zones: Zone[], privacyMasks: PrivacyMask[]}}
 */
export const fieldsOf = (shapes) => ({
  // What became a zone has no id of its own yet.
  zones: /** @type {Zone[]} */ (shapes.filter(({ kind }) => kind !== "MASK"))
    .map((zone) => (zone.id.startsWith("mask ") ? { ...zone, id: "" } : zone)),
  privacyMasks: shapes.filter(({ kind }) => kind === "MASK").map(({ name, rings }) => ({ name, outline: rings[0] })),
});
