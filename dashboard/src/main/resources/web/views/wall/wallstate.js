import { readArrangement } from "./arrangement.js";

/** @typedef {import("./layout.js").LayoutName} LayoutName */

/** How the wall is shown now: what the address says, else what this browser remembers. */
export const wall = {
  /** @type {LayoutName} */
  layout: "fit",
  /** Name of the group that is shown; "" for all cameras. */
  group: "",
  /** From 0 on. */
  page: 0,
  spotlit: false,
  paused: false,
  /** How many are shown. */
  tiles: 0,
  arrangement: readArrangement(null),
};
