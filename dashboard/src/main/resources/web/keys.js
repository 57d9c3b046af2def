import { byId, h } from "./dom.js";
import { stepCamera } from "./cameras.js";
import { clearPrompt, isAsking } from "./prompts.js";
import { picture } from "./picture.js";
import { finish, giveUp, isDrawing, takeBackCorner } from "./zones.js";

const SHORTCUTS = [
  ["/", "Type a query"], ["Space", "Pause or resume"], ["↑ ↓", "Camera before or after"],
  ["Click", "Outline a thing"], ["Shift-click", "This is not part of it"], ["Drag", "A box around a thing"],
  ["Esc", "Clear the outline, or give up a zone"], ["Enter", "Finish a zone"], ["?", "This help"],
];

export function startKeys() {
  byId("help").addEventListener("click", help);
  byId("pause").addEventListener("click", () => picture.pause(!picture.paused));
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target === byId("query-input")) {
      event.target.blur();
      return;
    }
    if (event.target.closest("input:not([type=range]):not([type=checkbox]), select, textarea")) return;
    const action = actionOf(event);
    if (action) {
      event.preventDefault();
      action();
    }
  });
}

function actionOf(event) {
  if (isDrawing()) {
    const editing = { Enter: finish, Escape: giveUp, Backspace: takeBackCorner }[event.key];
    if (editing) return editing;
  }
  switch (event.key) {
    case "/": return () => byId("query-input").focus();
    case "?": return help;
    case "Escape": return isAsking() ? clearPrompt : null;
    case " ": return event.target.closest("button, label") ? null : () => picture.pause(!picture.paused);
    case "ArrowUp": return () => stepCamera(-1);
    case "ArrowDown": return () => stepCamera(1);
    default: return null;
  }
}

function help() {
  const dialog = h("dialog", { class: "form", "aria-label": "Keyboard shortcuts", "data-testid": "help" },
    h("h2", {}, "Keyboard and mouse"),
    h("dl", { class: "keys" }, ...SHORTCUTS.flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)])),
    h("p", { class: "quiet" }, "Everything here is also an API: ", h("a", { href: "/api.html" }, "see its description"), "."),
    h("form", { method: "dialog", class: "buttons" }, h("span", { class: "grow" }), h("button", {}, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
