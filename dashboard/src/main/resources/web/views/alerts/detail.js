import { why } from "../../alertreason.js";
import { isOpen, lasted } from "../../alertwords.js";
import { ApiError, get, problemLines } from "../../api.js";
import { h, part, toast, toastFailure, write } from "../../dom.js";
import { when } from "../../format.js";
import { askToMute } from "../../mutes.js";
import { acknowledge } from "../../reviews.js";
import { link } from "../../router.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { media } from "./media.js";
import { mutable } from "./row.js";

const AROUND_MS = 5 * 60_000;
/** The alert that is drawn. @type {WholeAlert | null} */
let drawn = null;

/**
 * One alert: its picture, why it opened, what people made of it, and the ways to its moment.
 *
 * @param {HTMLElement} element
 * @param {string} id
 * @param {{back: string}} around
 */
export async function detailView(element, id, around) {
  if (element.dataset.shown === id && element.childElementCount) return;
  element.dataset.shown = id;
  element.replaceChildren(top(around), h("h1", { class: "unseen-text" }, t("alerts.one")), h("p", { class: "muted" }, t("alerts.loading")));
  try {
    /** @type {WholeAlert} */
    const alert = await get(`api/alerts/${encodeURIComponent(id)}`);
    if (element.dataset.shown !== id) return;
    draw(element, alert, around);
    if (!Number(alert.review?.seenAtMs ?? 0) && state.me.role !== "VIEWER") await acknowledge([id], { seen: true });
  } catch (failure) {
    if (element.dataset.shown !== id) return;
    const gone = failure instanceof ApiError && failure.status === 404;
    element.replaceChildren(top(around), h("h1", { class: "unseen-text" }, t("alerts.one")),
      h("p", { class: "empty-line", "data-testid": "detail-gone" }, gone ? t("alerts.gone") : problemLines(failure).join(" ")));
  }
}

/**
 * Rules and queries, which have the names, may come later than the alert.
 *
 * @param {HTMLElement} element
 */
export function refreshDetail(element) {
  const old = element.querySelector(".facts");
  if (!drawn || !old || element.dataset.shown !== drawn.id) return;
  write(part(element, ".why"), why(drawn));
  old.replaceWith(facts(drawn));
}

/**
 * An open alert lasts on.
 *
 * @param {HTMLElement} element
 */
export function tickDetail(element) {
  const lasts = element.querySelector("[data-testid=detail-lasts]");
  if (lasts && drawn && isOpen(drawn)) write(lasts, lasted(drawn, state.now()));
}

/**
 * Shows what has become of the alert: it may have closed, and others may have acknowledged it.
 *
 * @param {HTMLElement} element
 * @param {{back: string}} around
 */
export async function renewDetail(element, around) {
  const before = drawn;
  if (!before || element.dataset.shown !== before.id) return;
  /** @type {WholeAlert | null} */
  const alert = await get(`api/alerts/${encodeURIComponent(before.id)}`).catch(() => null);
  if (!alert || drawn !== before || element.dataset.shown !== alert.id) return;
  const note = element.querySelector("textarea");
  if (!note) return;
  const isTyped = note.value !== (before.review?.note ?? "");
  const isPlayed = element.querySelector("video")?.paused === false;
  const said = (/** @type {WholeAlert} */ { review: made }) => [made?.acknowledgedAtMs, made?.note].join();
  const isOther = isOpen(alert) !== isOpen(before) || said(alert) !== said(before);
  if (isOther && !isTyped && !isPlayed) {
    draw(element, alert, around);
  } else {
    drawn = alert;
    refreshDetail(element);
  }
}

/** @param {{back: string}} around */
const top = ({ back }) => h("p", {}, h("a", { href: back, "data-testid": "detail-back" }, t("alerts.back")));

/**
 * @param {HTMLElement} element
 * @param {WholeAlert} alert
 * @param {{back: string}} around
 */
function draw(element, alert, around) {
  const name = alert.ruleName || alert.rule;
  const focused = element.contains(document.activeElement) ? document.activeElement?.getAttribute("data-testid") : "";
  drawn = alert;
  element.replaceChildren(top(around),
    h("h1", { class: "title", "data-testid": "detail-name" }, name),
    h("p", { class: "why", "data-testid": "detail-why" }, why(alert)),
    media(alert, name), facts(alert), review(element, alert, around),
    h("p", { class: "links" },
      h("a", { class: "button", href: link("camera", alert.camera, { at: alert.openedAtMs }), "data-testid": "detail-moment" }, t("alerts.showMoment")),
      h("a", { class: "button", "data-testid": "detail-timeline", href: link("timeline", "", { cameras: alert.camera,
        from: Number(alert.openedAtMs) - AROUND_MS, to: Number(alert.openedAtMs) + Number(alert.durationMs) + AROUND_MS }) }, t("alerts.showTimeline")),
      h("button", { type: "button", class: "needs-operator", "data-testid": "detail-mute", onclick: () => askToMute(mutable(alert)) }, t("alerts.mute"))));
  const again = focused && element.querySelector(`[data-testid="${focused}"]`);
  if (again instanceof HTMLElement) again.focus();
}

/** @param {WholeAlert} alert */
function facts(alert) {
  const rule = state.rules.get(alert.rule);
  const open = isOpen(alert);
  /** @type {[string, string][]} */
  const all = [
    [t("alerts.opened"), when(alert.openedAtMs)],
    [t(open ? "alerts.openSince" : "alerts.wasOpen"), lasted(alert, state.now())],
    [t("alerts.camera"), alert.cameraName],
    [t("alerts.zone"), alert.zoneName || t("alerts.wholePicture")],
    [t("alerts.query"), rule ? rule.expression || (state.queries.get(rule.query)?.text ?? rule.query) : ""],
    [t("alerts.openedBecause"), alert.openedReason],
    [open ? "" : t("alerts.closedBecause"), open ? "" : alert.reason],
    [t("alerts.muted"), alert.muted ? t("alerts.wasMuted") : ""],
    [t("alerts.seenBy"), alert.review?.seenBy ?? ""],
  ];
  return h("dl", { class: "facts", "data-testid": "detail-facts" },
    all.filter(([name, value]) => name && value).flatMap(([name, value], i) =>
      [h("dt", {}, name), h("dd", { "data-testid": i === 1 ? "detail-lasts" : null }, value)]));
}

/**
 * @param {HTMLElement} element
 * @param {WholeAlert} alert
 * @param {{back: string}} around
 */
function review(element, alert, around) {
  const done = Number(alert.review?.acknowledgedAtMs ?? 0);
  const note = h("textarea", { rows: 2, maxlength: 500, "aria-label": t("alerts.note"), placeholder: t("alerts.note"), "data-testid": "detail-note" });
  note.value = alert.review?.note ?? "";
  const mayNot = state.me.role === "VIEWER";
  note.disabled = mayNot;
  /** @param {{acknowledged?: boolean}} change */
  const send = (change) => async () => {
    try {
      await acknowledge([alert.id], { ...change, note: note.value });
      draw(element, await get(`api/alerts/${encodeURIComponent(alert.id)}`), around);
      if (!("acknowledged" in change)) toast(t("alerts.noteSaved"), "good");
    } catch (failure) {
      toastFailure(failure);
    }
  };
  return h("div", { class: "review" },
    done ? h("p", { "data-testid": "detail-acked" }, t("alerts.ackByAt", { who: alert.review?.acknowledgedBy ?? "", time: when(done) })) : null,
    note,
    mayNot ? null : h("div", { class: "buttons" },
      h("button", { type: "button", class: done ? "" : "primary", "data-testid": "detail-ack", onclick: send({ acknowledged: !done }) }, t(done ? "alerts.unacknowledge" : "alerts.acknowledge")),
      h("button", { type: "button", "data-testid": "detail-note-save", onclick: send({}) }, t("alerts.saveNote"))));
}
