import { problemLines } from "./api.js";
import { h } from "./dom.js";

/**
 * A modal form; `submit` may throw, and its problems are shown in the dialog.
 *
 * @param {object} form
 * @param {string} form.title
 * @param {(Node | null)[]} form.body
 * @param {string} form.submitText
 * @param {() => Promise<unknown>} form.submit
 * @param {string} form.testid
 * @param {() => Promise<unknown>} [form.remove] deletes what the form is about; without it there is no such button
 */
export function openForm({ title, body, submitText, submit, testid, remove }) {
  const problems = h("ul", { class: "problems", role: "alert" });
  const save = h("button", { class: "primary", type: "submit", "data-testid": `${testid}-save` }, submitText);
  const dialog = h("dialog", { class: "form", "aria-label": title, "data-testid": testid });
  /**
   * @param {HTMLButtonElement} button
   * @param {() => Promise<unknown>} action
   */
  const run = async (button, action) => {
    button.disabled = true;
    problems.replaceChildren();
    try {
      await action();
      dialog.close();
    } catch (failure) {
      problems.append(...problemLines(failure).map((line) => h("li", {}, line)));
    } finally {
      button.disabled = false;
    }
  };
  const deletion = h("button",
    { type: "button", class: "danger", hidden: !remove, onclick: () => remove && run(deletion, remove) }, "Delete");
  const form = h("form", { method: "dialog" },
    h("h2", {}, title), ...body, problems,
    h("div", { class: "buttons" }, deletion, h("span", { class: "grow" }),
      h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), save));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(save, submit);
  });
  openDialog(dialog, form);
}

/**
 * Shows a dialog; it is gone once it is closed.
 *
 * @param {HTMLDialogElement} dialog
 * @param {...Node} content
 */
export function openDialog(dialog, ...content) {
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(...content);
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * A labelled input with an optional line of help.
 *
 * @param {Node | string} label
 * @param {Node} input
 * @param {Node | string | null} [help]
 */
export function field(label, input, help) {
  return h("label", { class: "field" }, h("span", {}, label), input, help ? h("small", {}, help) : null);
}

/**
 * A check box with its label behind it.
 *
 * @param {HTMLInputElement} box
 * @param {string} label
 */
export const checked = (box, label) => h("label", { class: "check" }, box, ` ${label}`);
