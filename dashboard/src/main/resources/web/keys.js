import { stepCamera } from "./cameras.js";
import { byId, h } from "./dom.js";
import { openDialog } from "./form.js";
import { picture } from "./picture.js";
import { fullScreen, wholePicture, zoomStep } from "./pictureview.js";
import { t } from "./text.js";
import { keyAction } from "./tools.js";

/** @typedef {import("./text.js").TextKey} TextKey */

/** All keys by what they are for; a key is called what is printed on it. @type {[TextKey, [string, TextKey][]][]} */
const SHORTCUTS = [
  ["camera.keysPage", [
    ["/", "camera.keyQuery"], ["J K", "camera.keyCameras"], ["↑ ↓", "camera.keyCameraList"], ["?", "camera.keyHelp"],
  ]],
  ["camera.keysPicture", [
    [t("camera.onSpace"), "camera.keyPause"], ["+ − 0", "camera.keyZoom"], ["F", "camera.keyFullScreen"], [t("camera.onWheel"), "camera.keyWheel"],
    [t("camera.onCtrlDrag"), "camera.keyPan"],
  ]],
  ["camera.keysOutline", [
    [t("camera.onClick"), "camera.keyClick"], [t("camera.onShiftClick"), "camera.keyExclude"], [t("camera.onDrag"), "camera.keyBox"], ["← ↑ ↓ →", "camera.keyCrosshair"],
    ["Enter", "camera.keyPoint"], ["Shift + Enter", "camera.keyNotPoint"], ["N", "camera.keyNext"], ["Ctrl + Z, Y", "camera.keyUndo"],
    ["Esc", "camera.keyEscape"],
  ]],
  ["camera.keysZone", [
    [t("camera.onClickEnter"), "camera.keyCorner"], ["Enter", "camera.keyFinish"], ["Tab", "camera.keyTab"], ["← ↑ ↓ →", "camera.keyMove"],
    ["Shift + ← ↑ ↓ →", "camera.keyMoveFine"], ["I", "camera.keyInsert"], ["Delete", "camera.keyDelete"],
    ["Alt", "camera.keyNoSnap"], ["Ctrl + Z, Y", "camera.keyUndo"], ["Esc", "camera.keyZoneEscape"],
  ]],
];

export function startKeys() {
  byId("help").addEventListener("click", help);
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
    case "?": return help;
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

function help() {
  const close = h("button", { autofocus: true }, t("camera.close"));
  openDialog(h("dialog", { class: "form wide", "aria-label": t("camera.help"), "data-testid": "help" }),
    h("h2", {}, t("camera.helpTitle")),
    h("div", { class: "keys-of" }, ...SHORTCUTS.map(([title, keys]) => h("section", {},
      h("h3", {}, t(title)),
      h("dl", { class: "keys" }, ...keys.flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(what))]))))),
    h("p", { class: "muted" }, h("a", { href: "api.html" }, t("camera.helpApi")), " · ", h("a", { href: "audit.html" }, t("camera.helpAudit"))),
    h("form", { method: "dialog", class: "buttons" }, h("span", { class: "grow" }), close));
}
