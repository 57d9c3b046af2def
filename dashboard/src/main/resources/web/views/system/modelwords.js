import { dateAndTime, percent } from "../../format.js";
import { language, t } from "../../text.js";

/** @typedef {{worker: string, model: string, fingerprint: string, candidate?: CandidateStatus}} ModelWorker */
/** @typedef {{rollout?: ModelRollout, workers: ModelWorker[], comparisons: AreaComparison[]}} ModelState */

/**
 * What can be done next.
 *
 * @param {ModelState} state
 */
export function stepsOf({ rollout, workers }) {
  const open = rollout?.state === "SHADOW" || rollout?.state === "CANARY";
  const has = workers.some(({ candidate }) => candidate?.model);
  return { shadow: has && !open, canary: open, switched: open, rollback: open || rollout?.state === "SWITCHED" };
}

/**
 * @param {ModelState} state
 * @param {(camera: string) => string} name
 */
export function rolloutText({ rollout, workers }, name) {
  if (!rollout) return t(workers.some(({ candidate }) => candidate) ? "model.none" : "model.noCandidate");
  const values = { model: rollout.model, by: rollout.by, since: dateAndTime(rollout.changedAtMs) };
  const names = (/** @type {string[]} */ ids) => ids.map(name).join(", ") || t("common.allCameras");
  switch (rollout.state) {
    case "SHADOW": return t("model.shadow", { ...values, cameras: names(rollout.compared) });
    case "CANARY": return t("model.canary", { ...values, cameras: names(rollout.canaries) });
    case "SWITCHED": return t("model.switched", values);
    default: return t("model.rolledBack", values);
  }
}

/** @param {CandidateStatus | undefined} candidate */
export function candidateText(candidate) {
  if (!candidate) return t("model.notSet");
  if (candidate.fault) return candidate.fault;
  return candidate.loaded ? t("model.loaded", { model: candidate.model, n: Number(candidate.framesCompared) })
    : t("model.notLoaded", { model: candidate.model });
}

const number = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/**
 * The cells after the camera's, the zone's and the query's names.
 *
 * @param {AreaComparison} each
 */
export const comparisonCells = (each) => [
  String(each.frames), percent(each.meanShare), percent(each.candidateMeanShare), percent(each.meanDifference), percent(each.p95Difference),
  each.correlation === undefined ? "–" : number.format(each.correlation), each.framesWithMask ? number.format(each.iou) : "–",
];
