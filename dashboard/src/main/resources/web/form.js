import { ApiError, problemLines } from "./api.js";
import { h, toastFailure } from "./dom.js";

/**
 * A modal form; what `submit` fails with is shown at the inputs whose names are the fields, or else above the buttons.
 *
 * @param {object} form
 * @param {string} form.title
 * @param {(Node | null)[]} form.body
 * @param {string} form.submitText
 * @param {() => Promise<unknown>} form.submit
 * @param {string} form.testid
 * @param {() => Promise<unknown>} [form.remove] deletes what the form is about; without it there is no such button
 * @param {() => Promise<unknown>} [form.reload] opens the form again with what is stored now
 */
export function openForm({ title, body, submitText, submit, testid, remove, reload }) {
  const problems = h("ul", { class: "problems", role: "alert" });
  const save = h("button", { class: "primary", type: "submit", "data-testid": `${testid}-save` }, submitText);
  const dialog = h("dialog", { class: "form", "aria-label": title, "data-testid": testid });
  // The event of closing comes a task later; until then two forms would stand side by side after a reload.
  const close = () => {
    dialog.close();
    dialog.remove();
  };
  /**
   * @param {HTMLButtonElement} button
   * @param {() => Promise<unknown>} action
   */
  const run = async (button, action) => {
    button.disabled = true;
    unmark(form);
    problems.replaceChildren();
    try {
      await action();
      dialog.close();
    } catch (failure) {
      const stale = failure instanceof ApiError && failure.status === ApiError.STALE;
      problems.append(...(stale && reload ? [staleNotice()] : markFields(form, failure).map((line) => h("li", {}, line))));
    } finally {
      button.disabled = false;
    }
  };
  const staleNotice = () => h("li", { "data-testid": `${testid}-stale` },
    "This was changed elsewhere while the form was open. Reloading shows the current values and discards yours. ",
    h("button", { type: "button", class: "small", "data-testid": `${testid}-reload`,
      onclick: () => reload?.().then(close, toastFailure) }, "Reload"));
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
 * Shows each problem beneath the input that has its field's name.
 *
 * @param {HTMLFormElement} form
 * @param {unknown} failure
 * @returns {string[]} lines for what belongs to no input
 */
function markFields(form, failure) {
  if (!(failure instanceof ApiError)) return problemLines(failure);
  const elsewhere = failure.problems.filter(({ field: name, detail }) => {
    // A part of what one input holds, as stream.options.probesize is, is shown there.
    const input = form.elements.namedItem(name) ?? form.elements.namedItem(name.replace(/\.[^.]*$/, ""));
    if (!(input instanceof HTMLElement)) return true;
    const line = h("small", { class: "problem", id: `${name}-problem`, role: "alert" }, detail);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", line.id);
    input.after(line);
    input.closest("details")?.setAttribute("open", "");
    return false;
  });
  form.querySelector("[aria-invalid]")?.scrollIntoView({ block: "nearest" });
  return elsewhere.length || !failure.problems.length ? problemLines(new ApiError(failure.status, elsewhere)) : [];
}

/** @param {HTMLFormElement} form */
function unmark(form) {
  for (const line of form.querySelectorAll(".problem")) line.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
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
