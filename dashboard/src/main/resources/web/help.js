import { h } from "./dom.js";
import { openDialog } from "./form.js";
import { t } from "./text.js";

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

/** The dialog with all shortcuts. */
export function openHelp() {
  const close = h("button", { autofocus: true }, t("camera.close"));
  openDialog(h("dialog", { class: "form wide", "aria-label": t("camera.help"), "data-testid": "help" }),
    h("h2", {}, t("camera.helpTitle")),
    h("div", { class: "keys-of" }, ...SHORTCUTS.map(([title, keys]) => h("section", {},
      h("h3", {}, t(title)),
      h("dl", { class: "keys" }, ...keys.flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(what))]))))),
    h("p", { class: "muted" }, h("a", { href: "api.html" }, t("camera.helpApi")), " · ", h("a", { href: "audit.html" }, t("camera.helpAudit"))),
    h("form", { method: "dialog", class: "buttons" }, h("span", { class: "grow" }), close));
}
