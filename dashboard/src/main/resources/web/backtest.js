import { post, problemLines } from "./api.js";
import { askedOf, asShown, isFew, openShare, openSpans, wantsKeptFrames } from "./backtestspans.js";
import { suggestion } from "./calibration.js";
import { h, select, whileBusy } from "./dom.js";
import { clock, duration, percent, seconds, when } from "./format.js";
import { histogram } from "./histogram.js";
import { isPercent } from "./ruledraft.js";
import { state } from "./state.js";
import { plural, t } from "./text.js";

const MAX_TIMES = 8;
/** With more than this part of the frames unanswered a report tells nothing. */
const TOO_FEW_ANSWERED = 0.9;

/**
 * The part of a rule's form that runs the rule over the recorded past: how often would it have fired?
 *
 * @param {() => import("./calibration.js").Choice} choice what the form has chosen now
 * @param {() => Draft<"rules">} draft the form's rule
 */
export function backtestView(choice, draft) {
  const result = h("div", { class: "backtest", "data-testid": "backtest-result", "aria-live": "polite" });
  const span = select({ "aria-label": t("rules.backtestSpan") }, [[600, t("rules.lastMinutes")], [3600, t("rules.lastHour")],
    [86400, t("rules.lastDay")], [604800, t("rules.lastWeek")]]);
  /**
   * @param {number} from
   * @param {number} to
   * @param {boolean} coarse on the frames that are kept for the search of the past
   */
  const run = async (from, to, coarse) => {
    // What was wrong before may be mended.
    for (const line of result.closest("form")?.querySelectorAll(".problem, .problems > *") ?? []) line.remove();
    result.textContent = t(coarse ? "rules.runningCoarse" : "rules.running");
    try {
      const rule = draft();
      const queries = coarse ? askedOf(rule, state.queries) : [];
      /** @type {BacktestReport} */
      const report = await post("api/rules/backtest", {
        camera: choice().camera, rule, fromMs: String(from), toMs: String(to), ...(coarse && { queries }),
      });
      const offer = wantsKeptFrames(report, rule) ? keptFrames(report, () => whileBusy(button, () => run(from, to, true))) : [];
      // Shares of nothing would read as if it had never happened.
      const tells = !offer.length || Number(report.unanswered) < Number(report.frames) * TOO_FEW_ANSWERED;
      const told = tells ? reportView(offer.length ? { ...report, unanswered: "0" } : report, choice(), from, to) : [];
      result.replaceChildren(...coarseWords(report), ...offer, ...told);
    } catch (failure) {
      result.replaceChildren(h("ul", { class: "problems" }, problemLines(failure).map((line) => h("li", {}, line))));
    }
  };
  const button = h("button", { type: "button", "data-testid": "backtest", onclick: () => {
    const now = Math.round(state.now());
    whileBusy(button, () => run(now - Number(span.value) * 1000, now, false));
  } }, t("rules.run"));
  return [h("div", { class: "row" }, button, ` ${t("rules.overLast")} `, span), result];
}

/**
 * Offers the feature log, which answers words that nobody had asked for.
 *
 * @param {BacktestReport} report
 * @param {() => void} run
 */
const keptFrames = ({ frames, unanswered }, run) => [h("p", { class: "row" },
  `${Number(frames) ? t("rules.notLookedFor", { n: Number(unanswered), of: Number(frames) }) : t("rules.notRecorded")} `,
  h("button", { type: "button", "data-testid": "backtest-coarse", title: t("rules.tryCoarseHelp"), onclick: run }, t("rules.tryCoarse")))];

/** By kind. @type {Record<string, import("./text.js").TextKey>} */
const LIMITS = { DWELL: "rules.untoldDwell", FRAMES: "rules.untoldFrames", PART_SIZE: "rules.untoldPart" };

/** @param {BacktestReport["limits"][number]} limit */
const limitWords = ({ kind, dwellMs, intervalMs, k, n, spanMs }) => t(LIMITS[kind],
  { dwell: inTenths(dwellMs), interval: inTenths(intervalMs), k, n, span: inTenths(spanMs) });

/** @param {string | number} ms */
const inTenths = (ms) => (Number(ms) < 10_000 ? seconds(Math.round(Number(ms) / 100) / 10) : duration(ms));

/**
 * How much a report on kept frames is worth.
 *
 * @param {BacktestReport} report
 */
function coarseWords({ coarse, frames, intervalMs, limits }) {
  if (!coarse) return [];
  if (!Number(frames)) return [h("p", { "data-testid": "backtest-coarse-words" }, t("rules.coarseNone"))];
  return [
    h("p", { "data-testid": "backtest-coarse-words" }, h("strong", {}, t("rules.coarse", { time: duration(intervalMs) })), ` ${t("rules.coarseMasks")}`),
    limits.length ? h("ul", { class: "muted", "data-testid": "backtest-untold", "aria-label": t("rules.untold") },
      limits.map((limit) => h("li", {}, limitWords(limit)))) : null,
  ].filter((part) => part !== null);
}

/**
 * @param {BacktestReport} report
 * @param {import("./calibration.js").Choice} choice
 * @param {number} from
 * @param {number} to
 */
function reportView(report, { measure, enter, exit, apply, drag, expression }, from, to) {
  const show = isPercent(measure) ? percent : (/** @type {number} */ value) => value.toFixed(1);
  const opened = report.alerts.filter((alert) => alert.state === "OPEN");
  const spans = openSpans(report.alerts, from, to);
  const { share, longest } = openShare(spans, from, to);
  const parts = [
    timeAxis(spans, from, to),
    h("p", { "data-testid": "backtest-share" }, h("strong", {}, t("rules.openShare", { share: percent(share) })),
      spans.length ? ` ${t("rules.longest", { time: duration(longest) })}` : ""),
    h("p", { class: "muted" }, plural(opened.length, "rules.firedOne", "rules.fired", { frames: Number(report.frames) })),
    evidence(opened.filter((alert) => alert.evidence).slice(0, MAX_TIMES)),
    histogram({
      bins: report.histogram.map(Number), to: report.histogramTo || 1, label: show, enter: Math.abs(enter), exit: Math.abs(exit),
      drag: expression || enter < 0 ? undefined : drag,
      about: t("rules.backtestHistogram"),
    }),
  ];
  if (Number(report.unanswered)) {
    parts.push(h("p", { class: "muted" }, t("rules.undecided", { n: Number(report.unanswered) })));
  }
  if (!expression) parts.push(...suggested(report, measure, apply));
  if (report.effects.length && !expression) {
    parts.push(h("p", { class: "muted" }, t("rules.effects",
      { effects: report.effects.map((effect) => `${show(effect.enter)} → ${effect.opened}×`).join(", ") })));
  }
  return parts;
}

/**
 * The thresholds that part what was seen from what was not, or that nothing was.
 *
 * @param {BacktestReport} report
 * @param {Measure} measure
 * @param {(enter: number, exit: number) => void} apply
 */
function suggested({ suggestedEnter, suggestedExit, frames, unanswered }, measure, apply) {
  if (!suggestedEnter) {
    return Number(unanswered) < Number(frames) ? [h("p", { class: "muted", "data-testid": "backtest-nothing" }, t("rules.nothingSeen"))] : [];
  }
  const show = isPercent(measure) ? percent : (/** @type {number} */ value) => value.toFixed(1);
  const said = isPercent(measure) ? asShown : (/** @type {number} */ value) => Number(value.toFixed(1));
  const [enter, exit] = [said(suggestedEnter), said(suggestedExit)];
  return [suggestion(show(enter), show(exit), "backtest-apply", () => apply(enter, exit)),
    ...(isFew(Number(frames)) ? [h("p", { class: "muted" }, t("rules.fewFrames"))] : [])];
}

/**
 * When the rule would have been open, as bars between the two times.
 *
 * @param {{from: number, to: number}[]} spans
 * @param {number} from
 * @param {number} to
 */
function timeAxis(spans, from, to) {
  const bars = spans.map((span) => {
    const bar = h("span", { class: "bar-open", title: `${when(span.from)}, ${duration(span.to - span.from)}` });
    bar.style.left = `${(100 * (span.from - from)) / (to - from)}%`;
    bar.style.width = `${(100 * (span.to - span.from)) / (to - from)}%`;
    return bar;
  });
  return h("div", { class: "time-axis", "data-testid": "backtest-axis", role: "img",
    "aria-label": t("rules.axis", { times: spans.slice(0, MAX_TIMES).map((span) => when(span.from)).join(", ") }) },
    h("div", { class: "track" }, bars), h("div", { class: "ends" }, h("span", {}, when(from)), h("span", {}, when(to))));
}

/**
 * The frames that would have opened the alerts, while they are kept; one after another, for the service searches for each.
 *
 * @param {Alert[]} alerts
 */
function evidence(alerts) {
  const pictures = h("div", { class: "row", "data-testid": "backtest-evidence" });
  const showNext = (/** @type {number} */ i) => {
    if (i === alerts.length) return;
    const { camera, evidence: frame, atMs, reason } = alerts[i];
    const picture = h("img", { width: 96, alt: t("rules.pictureAt", { time: clock(atMs) }), title: reason,
      src: `api/cameras/${camera}/frames/${frame?.epoch}/${frame?.sequence}?atMs=${atMs}` });
    picture.addEventListener("load", () => showNext(i + 1));
    picture.addEventListener("error", () => {
      picture.remove();
      showNext(i + 1);
    });
    pictures.append(picture);
  };
  showNext(0);
  return pictures;
}
