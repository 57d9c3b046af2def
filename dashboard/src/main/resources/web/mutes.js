import { isRunning } from "./alertwords.js";
import { put, remove } from "./api.js";
import { h, toastFailure } from "./dom.js";
import { nameOf } from "./definitions.js";
import { openDialog } from "./form.js";
import { when } from "./format.js";
import { state } from "./state.js";
import { t } from "./text.js";

/** @typedef {{kind: "camera" | "rule", id: string, name: string}} Muted */

/**
 * What a mute is of.
 *
 * @param {Mute} mute
 * @returns {Muted}
 */
export function mutedBy(mute) {
  const slash = mute.id.indexOf("/");
  const kind = mute.id.startsWith("camera/") ? "camera" : "rule";
  const id = mute.id.slice(slash + 1);
  const known = kind === "camera" ? state.cameras.get(id) : state.rules.get(id);
  return { kind, id, name: known ? nameOf(known) : id };
}

export const runningMutes = () => [...state.mutes.values()].filter((mute) => isRunning(mute, state.now()));

/**
 * Asks how long an alert's rule or camera is to be muted.
 *
 * @param {Muted[]} choices
 */
export function askToMute(choices) {
  const what = h("select", { "aria-label": t("alerts.muteWhat"), "data-testid": "mute-what" },
    choices.map(({ kind, name }, i) => h("option", { value: i }, `${t(kind === "rule" ? "alerts.rule" : "alerts.camera")}: ${name}`)));
  const dialog = h("dialog", { class: "form", "aria-label": t("alerts.mute"), "data-testid": "mute-form" });
  /** @param {object} until */
  const mute = (until) => async () => {
    try {
      await setMute(choices[Number(what.value)], until);
      dialog.close();
    } catch (failure) {
      toastFailure(failure);
    }
  };
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  openDialog(dialog, h("h2", {}, t("alerts.mute")), what, h("p", { class: "muted" }, t("alerts.muteHelp")),
    h("div", { class: "buttons" },
      h("button", { type: "button", "data-testid": "mute-hour", onclick: mute({ minutes: 60 }) }, t("alerts.muteHour")),
      h("button", { type: "button", "data-testid": "mute-morning", onclick: mute({ untilMorning: true, timeZone }) }, t("alerts.muteMorning")),
      h("button", { type: "button", "data-testid": "mute-open", onclick: mute({}) }, t("alerts.muteOpen"))),
    h("form", { method: "dialog", class: "buttons" }, h("span", { class: "grow" }), h("button", {}, t("alerts.cancel"))));
}

/**
 * @param {Muted} muted
 * @param {object} until
 */
async function setMute({ kind, id }, until) {
  /** @type {Mute} */
  const mute = await put(`api/mutes/${kind}/${encodeURIComponent(id)}`, until);
  state.changed({ kind: "mutes", id: mute.id, value: mute });
}

/** @param {Mute | undefined} mute */
export async function endMute(mute) {
  if (!mute) return;
  const { kind, id } = mutedBy(mute);
  try {
    state.changed({ kind: "mutes", id: mute.id, value: await remove(`api/mutes/${kind}/${encodeURIComponent(id)}`) });
  } catch (failure) {
    toastFailure(failure);
  }
}

/**
 * For example "Rule Traffic jam until 07:00 (anna)".
 *
 * @param {Mute} mute
 */
export function muteText(mute) {
  const { kind, name } = mutedBy(mute);
  const until = Number(mute.now?.untilMs ?? 0);
  const what = `${t(kind === "rule" ? "alerts.rule" : "alerts.camera")} ${name}`;
  const by = mute.now?.by ?? "";
  return until ? t("alerts.mutedUntil", { what, time: when(until), by }) : t("alerts.mutedOpen", { what, by });
}
