import { ApiError, problemLines } from "./api.js";
import { h, toastFailure } from "./dom.js";
import { t } from "./text.js";

/**
 * A modal form; what `submit` fails with is shown at the inputs whose names are the fields, or else above the buttons. Esc
 * asks before it throws away what was typed. An action that answers false leaves the form open.
 *
 * @param {object} form
 * @param {string} form.title
 * @param {(Node | null)[]} form.body
 * @param {string} form.submitText
 * @param {() => Promise<unknown>} form.submit
 * @param {string} form.testid
 * @param {() => Promise<unknown>} [form.remove] deletes what the form is about; without it there is no such button
 * @param {() => Promise<unknown>} [form.reload] opens the form again with what is stored now
 * @param {boolean} [form.beside] at the side of the page, which stays in use
 */
export function openForm({ title, body, submitText, submit, testid, remove, reload, beside = false }) {
  const problems = h("div", { class: "problems", role: "alert" });
  const save = h("button", { class: "primary", type: "submit", "data-testid": `${testid}-save` }, submitText);
  const dialog = h("dialog", { class: beside ? "form beside" : "form", "aria-label": title, "data-testid": testid });
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
      if ((await action()) !== false) dialog.close();
    } catch (failure) {
      const stale = failure instanceof ApiError && failure.status === ApiError.STALE;
      problems.append(...(stale && reload ? [staleNotice()] : markFields(form, failure).map((line) => h("p", {}, line))));
    } finally {
      button.disabled = false;
    }
  };
  const staleNotice = () => h("p", { "data-testid": `${testid}-stale` }, t("common.stale"), " ",
    h("button", { type: "button", class: "small", "data-testid": `${testid}-reload`,
      onclick: () => reload?.().then(close, toastFailure) }, t("common.reload")));
  const deletion = h("button",
    { type: "button", class: "danger", hidden: !remove, onclick: () => remove && run(deletion, remove) }, t("common.delete"));
  const form = h("form", { method: "dialog" },
    h("h2", {}, title), ...body, problems,
    h("div", { class: "buttons" }, deletion, h("span", { class: "grow" }),
      h("button", { type: "button", onclick: () => dialog.dispatchEvent(new Event("cancel", { cancelable: true })) && dialog.close() },
        t("common.cancel")), save));
  let typed = false;
  form.addEventListener("input", () => (typed = true));
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog || !typed) return;
    event.preventDefault();
    confirmed(t("common.discardAsk"), [], t("common.discard")).then((yes) => yes && dialog.close());
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(save, submit);
  });
  if (beside) openBeside(dialog, form);
  else openDialog(dialog, form);
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLFormElement} form
 */
function openBeside(dialog, form) {
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("keydown", (event) => {
    // The browser does it for modal ones alone.
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    if (dialog.dispatchEvent(new Event("cancel", { cancelable: true }))) dialog.close();
  });
  document.querySelector("dialog.beside")?.remove();
  dialog.append(form);
  document.body.append(dialog);
  dialog.show();
}

/**
 * Shows each problem beneath the input that has its field's name, in the form's words.
 *
 * @param {HTMLFormElement} form
 * @param {unknown} failure
 * @returns {string[]} lines for what belongs to no input
 */
function markFields(form, failure) {
  if (!(failure instanceof ApiError)) return problemLines(failure);
  const elsewhere = failure.problems.filter(({ field: name, detail }) => {
    const input = inputOf(form, name);
    if (!input) return true;
    const line = h("small", { class: "problem", id: `${name}-problem`, role: "alert" },
      t("common.fieldProblem", { label: labelOf(input) || name, detail: inWords(form, detail) }));
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", line.id);
    input.after(line);
    input.closest("details")?.setAttribute("open", "");
    return false;
  });
  const first = form.querySelector("[aria-invalid]");
  if (first instanceof HTMLElement) first.focus();
  return elsewhere.length || !failure.problems.length ? problemLines(new ApiError(failure.status, elsewhere)) : [];
}

/**
 * A part of what one input holds, as stream.options.probesize is, is shown there.
 *
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {HTMLElement | null}
 */
function inputOf(form, name) {
  const input = form.elements.namedItem(name) ?? form.elements.namedItem(name.replace(/\.[^.]*$/, ""))
    ?? form.elements.namedItem(name.replace(/\[\d+\].*$/, ""));
  return input instanceof HTMLElement ? input : null;
}

/**
 * What a person reads beside an input.
 *
 * @param {HTMLElement} input
 */
function labelOf(input) {
  const label = input.closest("label");
  return (label?.querySelector("span")?.textContent || input.getAttribute("aria-label") || label?.textContent || "").trim().replace(/[:,]$/, "");
}

/**
 * The API's names of other fields, as the form calls them. Names that are plain words too are left alone.
 *
 * @param {HTMLFormElement} form
 * @param {string} detail
 */
function inWords(form, detail) {
  return detail.replace(/\b(?:enter|exit|[a-z]+[A-Z]\w*)\b/g, (name) => {
    const input = inputOf(form, name);
    const label = input ? labelOf(input) : "";
    return label ? `“${label}”` : name;
  });
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
 * Asks before something that cannot be taken back. The focus is on the way out.
 *
 * @param {string} title
 * @param {string[]} lines
 * @param {string} [yes] the button that does it
 * @returns {Promise<boolean>}
 */
export function confirmed(title, lines, yes = t("common.deleteAnyway")) {
  return new Promise((done) => {
    let answer = false;
    const dialog = h("dialog", { class: "form confirm", role: "alertdialog", "aria-label": title, "data-testid": "confirm" });
    dialog.addEventListener("close", () => done(answer));
    openDialog(dialog, h("h2", {}, title), ...lines.map((line) => h("p", {}, line)),
      h("div", { class: "buttons" }, h("span", { class: "grow" }),
        h("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, t("common.cancel")),
        h("button", { type: "button", class: "danger", "data-testid": "confirm-yes", onclick: () => {
          answer = true;
          dialog.close();
        } }, yes)));
  });
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
