import { stepCamera } from "./cameras.js";
import { byId } from "./dom.js";
import { later } from "./later.js";
import { picture } from "./picture.js";
import { fullScreen, wholePicture, zoomStep } from "./pictureview.js";
import { keyAction } from "./tools.js";

const openHelp = later(async () => (await import("./help.js")).openHelp);

export function startKeys() {
  byId("pause").addEventListener("click", () => picture.toggle());
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (!(target instanceof Element) || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]") || byId("view-camera").hidden) return;
    if (event.key === "Escape" && target === byId("query-input")) {
      byId("query-input").blur();
      return;
    }
    const action = actionOf(event, target);
    if (action) {
      event.preventDefault();
      action();
    }
  });
}

/**
 * What a key does; null leaves it to the browser.
 *
 * @param {KeyboardEvent} event
 * @param {Element} target
 * @returns {(() => void) | null}
 */
function actionOf(event, target) {
  const typing = target.closest("input:not([type=checkbox]), select, textarea");
  if (typing) return null;
  const onPicture = target === picture.canvas;
  const onPage = onPicture || target === document.body;
  // Enter and Space press the button that has the focus.
  if (!onPage && (event.key === "Enter" || event.key === " ") && target.closest("button, a, label, summary, input")) return null;
  const byTool = keyAction(event, onPicture);
  if (byTool) return byTool;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return inList(event, target) ?? pageAction(event.key);
}

/**
 * The arrows go through the list of cameras, and nowhere else on the page.
 *
 * @param {KeyboardEvent} event
 * @param {Element} target
 * @returns {(() => void) | null}
 */
function inList(event, target) {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (!by || !target.closest("#camera-list")) return null;
  return () => {
    const picks = /** @type {HTMLElement[]} */ ([...byId("camera-list").querySelectorAll(".pick")]);
    const row = target.closest("li");
    picks[Math.min(picks.length - 1, Math.max(0, picks.findIndex((pick) => row?.contains(pick)) + by))]?.focus();
  };
}

/**
 * What a key does wherever the focus is.
 *
 * @param {string} key
 * @returns {(() => void) | null}
 */
function pageAction(key) {
  switch (key) {
    case "/": return () => byId("query-input").focus();
    case "?": return openHelp;
    case " ": return () => picture.toggle();
    case "j": return () => stepCamera(1);
    case "k": return () => stepCamera(-1);
    case "+":
    case "=": return () => zoomStep(2);
    case "-": return () => zoomStep(-2);
    case "0": return wholePicture;
    case "f": return () => fullScreen().catch(() => {});
    default: return null;
  }
}
