import { isOpen, lasted } from "../../alertwords.js";
import { h, mark, part, toastFailure, write } from "../../dom.js";
import { when } from "../../format.js";
import { acknowledge } from "../../reviews.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { why } from "../../alertreason.js";

/**
 * What of an alert can be muted.
 *
 * @param {WholeAlert} alert
 * @returns {import("../../mutes.js").Muted[]}
 */
export const mutable = (alert) => [
  { kind: "rule", id: alert.rule, name: alert.ruleName || alert.rule }, { kind: "camera", id: alert.camera, name: alert.cameraName }];

/**
 * @param {string} id
 * @param {{moment?: string, overlay?: boolean, size?: string}} [how]
 */
export function evidenceOf(id, { moment = "open", overlay = true, size = "full" } = {}) {
  const how = new URLSearchParams();
  if (moment !== "open") how.set("moment", moment);
  if (!overlay) how.set("overlay", "false");
  if (size !== "full") how.set("size", size);
  const parameters = how.toString();
  return `api/alerts/${encodeURIComponent(id)}/evidence.jpg${parameters && `?${parameters}`}`;
}

/**
 * A row of the list.
 *
 * @param {WholeAlert} alert
 * @param {object} how
 * @param {() => WholeAlert} how.current
 * @param {(alert: WholeAlert, on: boolean) => void} how.select
 * @param {() => void} how.changed
 */
export function makeRow(alert, { current, select, changed }) {
  const box = h("input", { type: "checkbox", "aria-label": t("alerts.select", { name: alert.ruleName || alert.rule }), "data-testid": "inbox-select" });
  box.addEventListener("change", () => select(alert, box.checked));
  const picture = h("img", { src: evidenceOf(alert.id, { size: "small" }), alt: "", loading: "lazy", width: 128, height: 72 });
  picture.addEventListener("error", () => picture.replaceWith(h("span", { class: "no-picture" }, t("alerts.noPicture"))));
  return h("li", { class: "item", "data-testid": "inbox-item", "data-alert": alert.id },
    h("label", { class: "tick" }, box), h("span", { class: "thumb" }, picture),
    h("div", { class: "words" },
      h("p", { class: "first" }, h("span", { class: "fresh-mark", title: t("alerts.unseen") }), h("a", { class: "name" }), h("span", { class: "how" })),
      h("p", { class: "why" }), h("p", { class: "when muted" })),
    h("button", { type: "button", class: "small needs-operator ack", "data-testid": "inbox-ack", onclick: async () => {
      try {
        await acknowledge([alert.id], { acknowledged: !Number(current().review?.acknowledgedAtMs ?? 0) });
        changed();
      } catch (failure) {
        toastFailure(failure);
      }
    } }));
}

/**
 * @param {HTMLElement} element
 * @param {WholeAlert} alert
 * @param {{selected: boolean, address: string}} how
 */
export function updateRow(element, alert, { selected, address }) {
  const acknowledged = Number(alert.review?.acknowledgedAtMs ?? 0) > 0;
  const unseen = !Number(alert.review?.seenAtMs ?? 0);
  const name = alert.ruleName || alert.rule;
  mark(element, { "data-state": alert.state,
    class: ["item", isOpen(alert) ? "open" : "closed", acknowledged && "acknowledged", unseen && "fresh"].filter(Boolean).join(" ") });
  part(element, "input", HTMLInputElement).checked = selected;
  write(part(element, ".name"), name);
  mark(part(element, ".name"), { href: address, title: name });
  write(part(element, ".how"), howLong(alert));
  write(part(element, ".why"), why(alert));
  const place = whenAndWhere(alert);
  write(part(element, ".when"), place);
  mark(part(element, ".when"), { title: place });
  write(part(element, ".ack"), t(acknowledged ? "alerts.unacknowledge" : "alerts.acknowledge"));
}

/** @param {WholeAlert} alert */
function howLong(alert) {
  if (alert.state === "DIGEST") return t("alerts.suppressed", { n: alert.heldBack });
  const time = lasted(alert, state.now());
  return isOpen(alert) ? t("alerts.openFor", { time }) : t("alerts.lasted", { time });
}

/** @param {WholeAlert} alert */
function whenAndWhere({ openedAtMs, cameraName, zoneName, muted, review }) {
  return [when(openedAtMs), cameraName, zoneName, muted && t("alerts.wasMuted"),
    Number(review?.acknowledgedAtMs ?? 0) > 0 && t("alerts.ackBy", { who: review?.acknowledgedBy ?? "" }),
    review?.note && `“${review.note}”`].filter(Boolean).join(" · ");
}
