/** What this browser keeps of how the page was left. */
const PREFIX = "view.";

/**
 * @template Value
 * @param {string} name
 * @param {Value} fallback where nothing of the kind was kept
 * @returns {Value}
 */
export function preference(name, fallback) {
  try {
    const value = JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
    return typeof value === typeof fallback && value !== null && Array.isArray(value) === Array.isArray(fallback) ? value : fallback;
  } catch {
    return fallback;
  }
}

/**
 * @param {string} name
 * @param {unknown} value
 */
export function keepPreference(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Nothing is kept where the browser keeps nothing.
  }
}
