/** Makes an element: h("button", {class: "small", onclick: f}, "Text", otherElement). */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "color") element.style.setProperty("--color", value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Says what went wrong, or what was done, for a few seconds. */
export function toast(text, kind = "bad") {
  const element = h("div", { class: `toast ${kind}` }, text);
  byId("toasts").append(element);
  setTimeout(() => element.remove(), kind === "bad" ? 8000 : 3500);
}

/** A modal form; `submit` may throw, and its problems are shown in the dialog. */
export function openForm({ title, body, submitText, submit, testid, extra = [] }) {
  const problems = h("ul", { class: "problems", role: "alert" });
  const button = h("button", { class: "primary", type: "submit", "data-testid": testid && `${testid}-save` }, submitText);
  const dialog = h("dialog", { class: "form", "aria-label": title, "data-testid": testid });
  const form = h("form", { method: "dialog" },
    h("h2", {}, title), ...body, problems,
    h("div", { class: "buttons" }, ...extra, h("span", { class: "grow" }),
      h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), button));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    problems.replaceChildren();
    try {
      await submit();
      dialog.close();
    } catch (failure) {
      problems.append(...problemLines(failure).map((line) => h("li", {}, line)));
    } finally {
      button.disabled = false;
    }
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function problemLines(failure) {
  return failure.problems ? failure.problems.map((p) => `${p.field}: ${p.message}`) : [String(failure.message ?? failure)];
}

/** A labelled input with an optional line of help. */
export function field(label, input, help) {
  return h("label", { class: "field" }, h("span", {}, label), input, help ? h("small", {}, help) : null);
}

export const percent = (share) => {
  const value = share * 100;
  return `${value >= 9.95 || value === 0 ? value.toFixed(0) : value.toFixed(1)} %`;
};

/** Local time, as 14:02:11. */
export function clock(ms) {
  return new Date(Number(ms)).toTimeString().slice(0, 8);
}

export function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
