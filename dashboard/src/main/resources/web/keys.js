import { stepCamera } from "./cameras.js";
import { byId, h } from "./dom.js";
import { openDialog } from "./form.js";
import { picture } from "./picture.js";
import { keyAction } from "./tools.js";

const SHORTCUTS = [
  ["/", "Type a query"], ["Space", "Pause or resume"], ["↑ ↓", "Previous or next camera"],
  ["Click", "Outline an object"], ["Shift-click", "Exclude this part of it"], ["Drag", "Draw a box around an object"],
  ["Esc", "Clear the outline, or cancel a zone"], ["Enter", "Finish a zone"], ["?", "This help"],
];

export function startKeys() {
  byId("help").addEventListener("click", help);
  byId("pause").addEventListener("click", () => picture.pause(!picture.paused));
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (!(target instanceof Element)) return;
    if (document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && target === byId("query-input")) {
      byId("query-input").blur();
      return;
    }
    if (target.closest("input:not([type=range]):not([type=checkbox]), select, textarea")) return;
    const action = keyAction(event.key) ?? pageAction(event.key, target);
    if (action) {
      event.preventDefault();
      action();
    }
  });
}

/**
 * What a key does wherever the focus is.
 *
 * @param {string} key
 * @param {Element} target
 * @returns {(() => void) | null}
 */
function pageAction(key, target) {
  switch (key) {
    case "/": return () => byId("query-input").focus();
    case "?": return help;
    case " ": return target.closest("button, label") ? null : () => picture.pause(!picture.paused);
    case "ArrowUp": return () => stepCamera(-1);
    case "ArrowDown": return () => stepCamera(1);
    default: return null;
  }
}

function help() {
  openDialog(h("dialog", { class: "form", "aria-label": "Keyboard shortcuts", "data-testid": "help" }),
    h("h2", {}, "Keyboard and mouse"),
    h("dl", { class: "keys" }, ...SHORTCUTS.flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)])),
    h("p", { class: "muted" }, "Everything here is also an API: ", h("a", { href: "api.html" }, "see its description"), ". ",
      "Admins see ", h("a", { href: "audit.html" }, "who did what"), "."),
    h("form", { method: "dialog", class: "buttons" }, h("span", { class: "grow" }), h("button", {}, "Close")));
}
