import { get, post } from "./api.js";
import { clock, h, percent, problemLines } from "./dom.js";
import { histogram } from "./histogram.js";
import { state } from "./state.js";

/**
 * What a query shows on a camera as a rule, beside the form of a rule: histogram with the form's thresholds, suggested
 * ones, what is usual for this hour, and whether it has drifted from what was accepted.
 */
export class CalibrationView {
  element = h("div", { class: "calibration", "data-testid": "calibration", "aria-live": "polite" });
  #wanted = "";

  /** @param choice camera, query, zone, measure, enter and exit of the form; apply(enter, exit) sets its thresholds */
  async show(choice, apply) {
    const address = new URLSearchParams({ camera: choice.camera, query: choice.query, zone: choice.zone });
    this.#wanted = address.toString();
    try {
      const { calibrations } = await get(`/api/calibration?${address}`);
      // Answers may overtake each other.
      if (this.#wanted !== address.toString()) return;
      this.element.replaceChildren(...(calibrations.length ? this.#parts(calibrations[0], choice, apply) : [h("p", { class: "quiet" },
        "Nothing is known of this query here yet. Its usual range shows after a minute of frames.")]));
    } catch (failure) {
      this.element.replaceChildren(h("p", { class: "quiet" }, problemLines(failure).join("; ")));
    }
  }

  #parts(calibration, choice, apply) {
    const peak = choice.measure === "PEAK_PROBABILITY";
    const spread = peak ? calibration.peakProbability : calibration.share;
    const parts = [];
    if (spread && choice.measure !== "CHANGE") {
      parts.push(
        histogram({
          bins: spread.histogram.map(Number), baseline: spread.baselineHistogram.map(Number), enter: choice.enter, exit: choice.exit,
          about: "How often the query had which value; the line is the accepted baseline",
        }),
        h("p", { class: "row" },
          `Of ${Number(spread.samples)} frames since ${clock(calibration.sinceMs)}, ${percent(spread.absent)} had none, `
            + `half at most ${percent(spread.quantiles[4])}, 99 of 100 at most ${percent(spread.quantiles[8])}. `));
      if (spread.suggestedEnter > 0) {
        parts.push(h("p", { class: "row" }, `Suggested: opens at ${percent(spread.suggestedEnter)}, closes under ${percent(spread.suggestedExit)}. `,
          h("button", { type: "button", "data-testid": "calibration-apply",
            onclick: () => apply(spread.suggestedEnter, spread.suggestedExit) }, "Apply")));
      }
    }
    parts.push(h("p", { class: "quiet", "data-testid": "calibration-usual" }, calibration.usualKnown
      ? `Usual for this hour: ${percent(calibration.usualMean)}, give or take ${percent(calibration.usualDeviation)}.`
      : "What is usual for this hour is known once the hour has been seen on an earlier day."));
    parts.push(this.#drift(calibration));
    return parts;
  }

  #drift(calibration) {
    const words = !calibration.driftKnown
      ? "Drift is not known yet: there is no baseline, or too little to compare with it."
      : `${calibration.drifted ? "Drifted" : "Steady"}: ${percent(calibration.drift)} away from the baseline of ${
        new Date(Number(calibration.baselineAtMs)).toLocaleString()}${calibration.baselineAccepted ? "" : " (the first full day)"}.`;
    const button = h("button", { type: "button", class: "small", "data-testid": "baseline-accept", onclick: async () => {
      button.disabled = true;
      try {
        await post("/api/calibration/baseline", { camera: calibration.camera, query: calibration.query });
        button.replaceWith(" Accepted; it takes effect within a minute of frames.");
      } catch (failure) {
        button.replaceWith(` ${problemLines(failure).join("; ")}`);
      }
    } }, "This is as it should be");
    return h("p", { class: `row ${calibration.drifted ? "drifted" : ""}`, "data-testid": "calibration-drift" }, words, button);
  }
}

/** The camera that a rule's form is about. */
export const cameraOf = (id) => id || state.camera;
