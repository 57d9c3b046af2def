import { get, problemLines } from "./api.js";
import { byId, checkbox, h, select } from "./dom.js";
import { checked, field } from "./form.js";
import { dateAndTime } from "./format.js";
import { plural, t, translatePage } from "./text.js";

translatePage();

/**
 * Who did what, for admins: a table with a filter.
 *
 * @typedef {{id: string, atMs: string, who: string, way: string, address: string, action: string, object: string, camera: string,
 *   status: number, before: string, after: string}} AuditEvent
 */
const span = select({ name: "span", "data-testid": "audit-span" },
  [["1", t("audit.hour")], ["24", t("audit.day")], ["168", t("audit.week")], ["2160", t("audit.all")]]);
span.value = "24";
const who = h("input", { name: "who", maxlength: 200, placeholder: t("audit.anybody"), "data-testid": "audit-who" });
const camera = h("input", { name: "camera", maxlength: 63, placeholder: t("audit.any"), "data-testid": "audit-camera" });
const action = h("input", { name: "action", maxlength: 63, placeholder: t("audit.any"), "data-testid": "audit-action" });
const looks = checkbox({ name: "looks", "data-testid": "audit-looks" }, false);
const note = h("p", { class: "muted", role: "status", "data-testid": "audit-note" });
const rows = h("tbody", { "data-testid": "audit-rows" });
const form = h("form", { class: "filter" },
  field(t("audit.when"), span), field(t("audit.who"), who), field(t("audit.camera"), camera), field(t("audit.action"), action),
  checked(looks, t("audit.looks")),
  h("button", { type: "submit", class: "primary", "data-testid": "audit-show" }, t("audit.show")));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
byId("audit").append(form, note, h("table", { class: "audit" },
  h("thead", {}, h("tr", {}, ...[t("audit.when"), t("audit.who"), t("audit.from"), t("audit.action"), t("audit.what"), t("audit.outcome"), t("audit.before"),
    t("audit.after")].map((name) => h("th", {}, name)))),
  rows));
await show();

async function show() {
  const query = new URLSearchParams({
    fromMs: String(Date.now() - Number(span.value) * 3_600_000), who: who.value.trim(), camera: camera.value.trim(),
    action: action.value.trim(), looks: String(looks.checked), limit: "1000",
  });
  try {
    /** @type {{events: AuditEvent[], complete: boolean}} */
    const { events, complete } = await get(`api/audit?${query}`);
    rows.replaceChildren(...events.map(row));
    note.textContent = complete
      ? events.length ? plural(events.length, "audit.entry", "audit.entries") : t("audit.nothing")
      : t("audit.tooMuch");
  } catch (failure) {
    rows.replaceChildren();
    note.textContent = problemLines(failure).join(" ");
  }
}

/** @param {AuditEvent} event */
function row(event) {
  const done = t(event.status < 300 ? "audit.done" : event.status === 401 || event.status === 403 ? "audit.refused" : "audit.failed");
  return h("tr", {},
    h("td", {}, dateAndTime(event.atMs)), h("td", {}, event.who || t("audit.nobody")), h("td", {}, event.address),
    h("td", {}, event.action), h("td", {}, event.object), h("td", {}, `${done} (${event.status})`),
    h("td", {}, json(event.before)), h("td", {}, json(event.after)));
}

/** @param {string} text */
function json(text) {
  return text ? h("details", {}, h("summary", {}, "JSON"), h("pre", {}, JSON.stringify(JSON.parse(text), null, 1))) : "";
}
