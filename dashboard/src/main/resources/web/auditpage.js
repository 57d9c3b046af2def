import { get, problemLines } from "./api.js";
import { byId, checkbox, h, select } from "./dom.js";
import { checked, field } from "./form.js";

/**
 * Who did what, for admins: a table with a filter.
 *
 * @typedef {{id: string, atMs: string, who: string, way: string, address: string, action: string, object: string, camera: string,
 *   status: number, before: string, after: string}} AuditEvent
 */
const span = select({ name: "span", "data-testid": "audit-span" },
  [["1", "last hour"], ["24", "last day"], ["168", "last week"], ["2160", "last 90 days"]]);
span.value = "24";
const who = h("input", { name: "who", maxlength: 200, placeholder: "anybody", "data-testid": "audit-who" });
const camera = h("input", { name: "camera", maxlength: 63, placeholder: "any", "data-testid": "audit-camera" });
const action = h("input", { name: "action", maxlength: 63, placeholder: "any", "data-testid": "audit-action" });
const looks = checkbox({ name: "looks", "data-testid": "audit-looks" }, false);
const note = h("p", { class: "muted", role: "status", "data-testid": "audit-note" });
const rows = h("tbody", { "data-testid": "audit-rows" });
const form = h("form", { class: "filter" },
  field("When", span), field("Who", who), field("Camera", camera), field("Action", action),
  checked(looks, "Also who looked at what"),
  h("button", { type: "submit", class: "primary", "data-testid": "audit-show" }, "Show"));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  show();
});
byId("audit").append(form, note, h("table", { class: "audit" },
  h("thead", {}, h("tr", {}, ...["When", "Who", "From", "Action", "What", "Outcome", "Before", "After"].map((name) => h("th", {}, name)))),
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
      ? events.length ? `${events.length} ${events.length === 1 ? "entry" : "entries"}, the newest first` : "Nothing was done in that time."
      : "There was too much to read in time; choose a shorter span.";
  } catch (failure) {
    rows.replaceChildren();
    note.textContent = problemLines(failure).join(" ");
  }
}

/** @param {AuditEvent} event */
function row(event) {
  const done = event.status < 300 ? "done" : event.status === 401 || event.status === 403 ? "refused" : "failed";
  return h("tr", {},
    h("td", {}, new Date(Number(event.atMs)).toLocaleString()), h("td", {}, event.who || "not logged in"), h("td", {}, event.address),
    h("td", {}, event.action), h("td", {}, event.object), h("td", {}, `${done} (${event.status})`),
    h("td", {}, json(event.before)), h("td", {}, json(event.after)));
}

/** @param {string} text */
function json(text) {
  return text ? h("details", {}, h("summary", {}, "JSON"), h("pre", {}, JSON.stringify(JSON.parse(text), null, 1))) : "";
}
