import { isOpen } from "../../alertwords.js";
import { ApiError, get } from "../../api.js";
import { h, mark } from "../../dom.js";
import { openDialog } from "../../form.js";
import { when } from "../../format.js";
import { t } from "../../text.js";
import { evidenceOf } from "./row.js";

/** How often, and how many times, a video that is not made yet is asked for. */
const AGAIN_MS = 5_000;
const MOST_TRIES = 8;
/** Whether masks and zone are drawn; stays from one alert to the next. */
let overlay = true;

/** @typedef {"open" | "peak" | "end"} Moment */

/**
 * The pictures of an alert, and its video.
 *
 * @param {WholeAlert} alert
 * @param {string} name
 */
export function media(alert, name) {
  const stage = h("div", { class: "picture" });
  const all = momentsOf(alert);
  let chosen = all[0];
  const draw = () => {
    stage.replaceChildren(picture(alert, chosen, name));
    thumbs.forEach((thumb, i) => thumb.show(all[i] === chosen));
  };
  const thumbs = all.map((moment) => thumbnail(alert, moment, () => {
    chosen = moment;
    draw();
  }));
  const box = h("input", { type: "checkbox", "data-testid": "detail-overlay" });
  box.checked = overlay;
  box.addEventListener("change", () => {
    overlay = box.checked;
    draw();
  });
  draw();
  return h("div", { class: "media" }, stage,
    h("div", { class: "moments" },
      all.length > 1 ? h("div", { class: "thumbs", role: "group", "aria-label": t("alerts.moments") }, thumbs.map((thumb) => thumb.element)) : null,
      h("label", { class: "overlay" }, box, t("alerts.overlay"))),
    alert.state === "DIGEST" ? null : video(alert, name));
}

/**
 * @param {WholeAlert} alert
 * @returns {{kind: Moment, atMs: number}[]}
 */
function momentsOf(alert) {
  const opened = Number(alert.openedAtMs);
  const peak = Number(alert.peakAtMs ?? 0);
  /** @type {{kind: Moment, atMs: number}[]} */
  const all = [{ kind: "open", atMs: opened }];
  if (alert.peakFrame && peak > opened) all.push({ kind: "peak", atMs: peak });
  // Alerts of older versions do not say when their last frame was taken, and have no picture of it.
  if (alert.state === "CLOSE" && Number(alert.evidenceAtMs ?? 0) > 0) all.push({ kind: "end", atMs: Number(alert.evidenceAtMs) });
  return all;
}

/** @param {Moment} kind */
const nameOf = (kind) => t(kind === "open" ? "alerts.atOpening" : kind === "peak" ? "alerts.atPeak" : "alerts.atEnd");

/**
 * @param {WholeAlert} alert
 * @param {{kind: Moment, atMs: number}} moment
 * @param {() => void} choose
 */
function thumbnail(alert, { kind, atMs }, choose) {
  const shown = h("img", { alt: "", loading: "lazy", width: 112, height: 63 });
  const element = h("button", { type: "button", class: "moment", "data-testid": `detail-moment-${kind}`, title: when(atMs), onclick: choose },
    shown, h("span", {}, nameOf(kind)));
  shown.addEventListener("error", () => shown.classList.add("missing"));
  return { element, show: (/** @type {boolean} */ chosen) => {
    mark(element, { "aria-pressed": String(chosen) });
    const address = evidenceOf(alert.id, { moment: kind, overlay, size: "small" });
    if (shown.getAttribute("src") !== address) shown.src = address;
  } };
}

/**
 * @param {WholeAlert} alert
 * @param {{kind: Moment, atMs: number}} moment
 * @param {string} name
 */
function picture(alert, { kind, atMs }, name) {
  const about = t("alerts.pictureOf", { name: kind === "open" ? name : `${name}, ${nameOf(kind)}`, time: when(atMs) });
  const address = evidenceOf(alert.id, { moment: kind, overlay });
  const shown = h("img", { src: address, alt: about, "data-testid": "detail-picture" });
  const frame = h("button", { type: "button", title: t("alerts.enlarge"), "aria-label": t("alerts.enlarge"), onclick: () => {
    const dialog = h("dialog", { class: "lightbox", "aria-label": about, "data-testid": "lightbox" });
    openDialog(dialog, h("img", { src: address, alt: about }),
      h("form", { method: "dialog", class: "buttons" }, h("a", { class: "button", href: address, download: `${alert.id}-${kind}.jpg` }, t("alerts.save")),
        h("span", { class: "grow" }), h("button", {}, t("alerts.close"))));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  } }, shown);
  shown.addEventListener("error", async () => {
    const said = await reason(address);
    frame.replaceWith(h("p", { class: "empty-line", "data-testid": "detail-no-picture" }, t("alerts.noLongerKept"), said ? h("small", {}, ` ${said}`) : null));
  });
  return frame;
}

/**
 * Why the service does not give something; "" when it does by now.
 *
 * @param {string} address
 */
const reason = (address) => get(address).then(() => "", (failure) => (failure instanceof ApiError ? failure.problems[0]?.detail ?? "" : ""));

/**
 * @param {WholeAlert} alert
 * @param {string} name
 */
function video(alert, name) {
  const address = `api/alerts/${encodeURIComponent(alert.id)}/clip`;
  const place = h("div", { class: "clip" }, h("h2", {}, t("alerts.video")));
  const shown = h("video", { controls: "", preload: "metadata", playsinline: "", muted: "", poster: evidenceOf(alert.id), "data-testid": "detail-clip",
    "aria-label": t("alerts.videoOf", { name, time: when(alert.openedAtMs) }) });
  const said = h("p", { class: "empty-line", "data-testid": "detail-no-clip" });
  let tries = 0;
  const ask = async () => {
    const why = await reason(address);
    const soon = isOpen(alert) || Date.now() - Number(alert.openedAtMs) < AGAIN_MS * MOST_TRIES;
    if (!why) return show();
    said.textContent = t(soon && tries < MOST_TRIES ? "alerts.videoSoon" : "alerts.noVideo");
    said.title = why;
    if (!said.isConnected) shown.replaceWith(said);
    if (soon && tries++ < MOST_TRIES) setTimeout(() => said.isConnected && void ask(), AGAIN_MS);
  };
  const show = () => {
    shown.src = address;
    if (said.isConnected) said.replaceWith(shown);
  };
  shown.addEventListener("error", () => void ask());
  place.append(shown, h("a", { class: "button", href: address, download: `${alert.id}.mp4`, "data-testid": "detail-clip-save" }, t("alerts.saveVideo")));
  show();
  return place;
}
