import { messageOf, post, put, remove } from "./api.js";
import { byId, h, mark, write } from "./dom.js";
import { percent } from "./format.js";
import { trialId } from "./id.js";
import { picture } from "./picture.js";
import { state } from "./state.js";
import { t } from "./text.js";

/**
 * What other words would find, tried live: a query for this camera alone that the service deletes by itself when this
 * page does not prolong it. It is in no list, chart or rule.
 */
const LASTS_MS = 45_000;
const PROLONG_MS = 15_000;
const COLOR = "#ffffff";

/**
 * @typedef {{text: string, synonyms: string[], negatives: string[], refine: boolean}} Words
 * @type {{id: string, of: string, draft: Draft<"queries">, timer: number, share: number | null, own: number | null} | null}
 */
let trial = null;
/** The one that begins and ends it. @type {HTMLButtonElement | null} */
let shownButton = null;

export function startTrials() {
  picture.layers.push(() => {
    const mask = trial && picture.shown?.masks.find(({ id }) => id === trial?.id);
    if (mask) picture.paint(mask.shape, COLOR, { dashed: true, fill: 0.35 });
  });
  picture.on("shown", ({ masks }) => {
    if (!trial) return;
    const { id, of } = trial;
    trial.share = masks.find((mask) => mask.id === id)?.share ?? null;
    trial.own = masks.find((mask) => mask.id === of)?.share ?? null;
    say();
  });
  state.on("workers", say);
}

/**
 * @param {string} of which query these are other words for
 * @param {() => Words} words as they are typed
 */
export function trialButton(of, words) {
  const button = h("button", { type: "button", class: "small", "data-testid": "query-try", title: t("camera.tryHelp") }, t("camera.try"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const running = trial?.of === of && JSON.stringify(wordsOf(trial.draft)) === JSON.stringify(wordsOf(words()));
      await endTrial();
      if (!running) await begin(of, words());
    } catch (failure) {
      result(messageOf(failure));
    } finally {
      button.disabled = false;
    }
  });
  shownButton = button;
  return button;
}

/** @param {Partial<Words>} words */
const wordsOf = ({ text, synonyms, negatives, refine }) => ({ text, synonyms, negatives, refine });

/**
 * @param {string} of
 * @param {Words} words
 */
async function begin(of, words) {
  const { threshold } = state.queries.get(of) ?? {};
  const draft = { ...wordsOf(words), threshold, cameras: [state.camera], color: COLOR };
  const id = trialId();
  await post("api/queries", { id, ...draft, expiresAtMs: ends() });
  const timer = window.setInterval(() => {
    put(`api/queries/${id}`, { ...draft, expiresAtMs: ends() }).catch(() => {
      // It ends by itself then.
    });
  }, PROLONG_MS);
  trial = { id, of, draft, timer, share: null, own: null };
  say();
}

const ends = () => Math.round(state.now()) + LASTS_MS;

/** Ends what is tried; without this page it would end by itself. */
export async function endTrial() {
  const ended = trial;
  trial = null;
  say();
  if (!ended) return;
  clearInterval(ended.timer);
  await remove(`api/queries/${ended.id}`).catch(() => {
    // It is gone already, or goes when its time is over.
  });
}

/** Says what the words find, beside what the query finds now. */
function say() {
  if (!document.getElementById("query-trial-result")) return;
  if (shownButton) write(shownButton, t(trial ? "camera.tryEnd" : "camera.try"));
  if (!trial) {
    result("");
    return;
  }
  const { id, share, own } = trial;
  const remark = [...state.workers.values()].flatMap(({ queries }) => queries).find(({ query }) => query === id)?.reason;
  if (remark) result(remark);
  else if (share === null) result(t("camera.trying"));
  else result(t("camera.tried", { share: percent(share), own: own === null ? "–" : percent(own) }));
}

/** @param {string} text */
function result(text) {
  const line = document.getElementById("query-trial-result") ?? byId("query-remarks");
  mark(line, { hidden: !text });
  write(line, text);
}
