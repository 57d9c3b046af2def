import { toastFailure } from "./dom.js";

/**
 * A function of a module that is loaded when it is first called: forms are large, and most visits open none.
 *
 * @template {unknown[]} Arguments
 * @param {() => Promise<(...values: Arguments) => void>} load
 * @returns {(...values: Arguments) => Promise<void>}
 */
export const later = (load) => async (...values) => {
  try {
    const loaded = await load();
    loaded(...values);
  } catch (failure) {
    toastFailure(failure);
  }
};
