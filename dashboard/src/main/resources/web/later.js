import { toastFailure } from "./dom.js";
import { t } from "./text.js";

/**
 * A function of a module that is loaded when it is first called: forms are large, and most visits open none.
 *
 * @template {unknown[]} Arguments
 * @param {() => Promise<(...values: Arguments) => void>} load
 * @returns {(...values: Arguments) => Promise<void>}
 */
export const later = (load) => async (...values) => {
  let loaded;
  try {
    loaded = await load();
  } catch (failure) {
    // The browser's own words name a file.
    toastFailure(failure instanceof TypeError ? new Error(t("common.noAnswer")) : failure);
    return;
  }
  try {
    loaded(...values);
  } catch (failure) {
    toastFailure(failure);
  }
};
