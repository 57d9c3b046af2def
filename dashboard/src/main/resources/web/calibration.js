import { get, post, problemLines } from "./api.js";
import { h } from "./dom.js";
import { clock, dateAndTime, percent } from "./format.js";
import { histogram } from "./histogram.js";
import { asShown, tooLittle } from "./backtestspans.js";
import { t } from "./text.js";

/**
 * What a rule's form has chosen, and how to set its thresholds.
 *
 * @typedef {object} Choice
 * @property {string} camera
 * @property {string} query
 * @property {string} zone
 * @property {Measure} measure
 * @property {string} expression with one, query and measure are not asked for
 * @property {number} enter
 * @property {number} exit
 * @property {(enter: number, exit: number) => void} apply
 * @property {(enter: number, done: boolean) => void} [drag] the threshold was drawn to this value
 */

/**
 * The recorded values of a query on a camera, in a rule's form: histogram with the form's thresholds, suggested ones, the
 * baseline of this hour, and whether the query has drifted from the accepted baseline.
 */
export class CalibrationView {
  element = h("div", { class: "calibration", "data-testid": "calibration", "aria-live": "polite" });
  #wanted = "";

  /** @param {Choice} choice */
  async show(choice) {
    const wanted = new URLSearchParams({ camera: choice.camera, query: choice.query, zone: choice.zone }).toString();
    this.#wanted = wanted;
    let parts;
    try {
      /** @type {{calibrations: Calibration[]}} */
      const { calibrations } = await get(`api/calibration?${wanted}`);
      parts = calibrations.length ? calibrationView(calibrations[0], choice) : [h("p", { class: "muted" }, t("rules.noBaseline"))];
    } catch (failure) {
      parts = [h("p", { class: "muted" }, problemLines(failure).join("; "))];
    }
    // Answers may overtake each other.
    if (this.#wanted === wanted) this.element.replaceChildren(...parts);
  }
}

/**
 * @param {Calibration} calibration
 * @param {Choice} choice
 */
function calibrationView(calibration, choice) {
  const spread = choice.measure === "PEAK_PROBABILITY" ? calibration.peakProbability : calibration.share;
  return [
    ...(spread && choice.measure !== "CHANGE" ? spreadView(spread, calibration, choice) : []),
    h("p", { class: "muted", "data-testid": "calibration-usual" }, calibration.usualKnown
      ? t("rules.hourBaseline", { mean: percent(calibration.usualMean), deviation: percent(calibration.usualDeviation) })
      : t("rules.noHourBaseline")),
    driftView(calibration),
  ];
}

/**
 * @param {Spread} spread
 * @param {Calibration} calibration
 * @param {Choice} choice
 */
function spreadView(spread, calibration, { enter, exit, apply, drag }) {
  const parts = [
    histogram({
      bins: spread.histogram.map(Number), baseline: spread.baselineHistogram.map(Number), enter, exit, drag,
      about: t("rules.histogram"),
    }),
    h("p", { class: "muted" }, t("rules.lines")),
    h("p", { class: "row" },
      t("rules.spread", { n: Number(spread.samples), time: clock(calibration.sinceMs), absent: percent(spread.absent),
        median: percent(spread.quantiles[4]), high: percent(spread.quantiles[8]) })),
  ];
  parts.push(suggestedBy(spread, calibration, apply));
  return parts;
}

/** Why no thresholds are suggested. @type {Record<string, import("./text.js").TextKey>} */
const LACKS = { few: "rules.tooLittle", short: "rules.tooLittle", nothing: "rules.nothingSeen", near: "rules.tooNear" };

/**
 * @param {Spread} spread
 * @param {Calibration} calibration
 * @param {(enter: number, exit: number) => void} apply
 */
function suggestedBy(spread, calibration, apply) {
  const samples = Number(spread.samples);
  const [sinceMs, untilMs] = [Number(calibration.sinceMs), Number(calibration.atMs)];
  const lacks = tooLittle({ samples, sinceMs, untilMs, median: spread.quantiles[4], enter: spread.suggestedEnter });
  if (lacks) {
    const minutes = Math.max(0, Math.round((untilMs - sinceMs) / 60_000));
    return h("p", { class: "muted", "data-testid": "calibration-little" },
      t(LACKS[lacks], { n: samples, minutes, median: percent(spread.quantiles[4]) }));
  }
  const [enter, exit] = [asShown(spread.suggestedEnter), asShown(spread.suggestedExit)];
  return suggestion(percent(enter), percent(exit), "calibration-apply", () => apply(enter, exit));
}

/**
 * Suggested thresholds, with the button that takes them.
 *
 * @param {string} enter
 * @param {string} exit
 * @param {string} testid
 * @param {() => void} apply
 */
export const suggestion = (enter, exit, testid, apply) => h("p", { class: "row" },
  `${t("rules.suggested", { enter, exit })} `,
  h("button", { type: "button", "data-testid": testid, onclick: apply }, t("rules.apply")));

/** @param {Calibration} calibration */
function driftView(calibration) {
  const button = h("button", { type: "button", class: "small", "data-testid": "baseline-accept", onclick: async () => {
    button.disabled = true;
    try {
      await post("api/calibration/baseline", { camera: calibration.camera, query: calibration.query });
      button.replaceWith(` ${t("rules.accepted")}`);
    } catch (failure) {
      button.replaceWith(` ${problemLines(failure).join("; ")}`);
    }
  } }, t("rules.accept"));
  return h("p", { class: `row ${calibration.drifted ? "drifted" : ""}`, "data-testid": "calibration-drift" },
    driftText(calibration), button);
}

/** @param {Calibration} calibration */
function driftText(calibration) {
  if (!calibration.driftKnown) {
    return calibration.model ? t("rules.driftUnknownModel", { model: calibration.model }) : t("rules.driftUnknown");
  }
  return t(calibration.baselineAccepted ? "rules.driftAccepted" : "rules.driftFirstDay", {
    verdict: t(calibration.drifted ? "rules.drifted" : "rules.stable"), drift: percent(calibration.drift),
    time: dateAndTime(calibration.baselineAtMs),
  });
}
