import { get, messageOf, put } from "../../api.js";
import { nameOf } from "../../definitions.js";
import { checkbox, h, toastFailure, whileBusy, write } from "../../dom.js";
import { confirmed } from "../../form.js";
import { rows } from "../../rows.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { candidateText, comparisonCells, rolloutText, stepsOf } from "./modelwords.js";

/** @typedef {import("./modelwords.js").ModelState} ModelState */
/** @typedef {{state: string, cameras?: string[], force?: boolean}} Step */

const ASK_MS = 5000;
/** @type {import("../../text.js").TextKey[]} */
const COLUMNS = ["model.camera", "model.zone", "model.query", "model.frames", "model.now", "model.candidate", "model.difference", "model.p95",
  "model.correlation", "model.overlap"];

/** @param {string} id */
const cameraName = (id) => {
  const camera = state.cameras.get(id);
  return camera ? nameOf(camera) : id;
};
/** @param {AreaComparison} each */
const zoneName = (each) => {
  const zone = state.cameras.get(each.camera)?.zones.find(({ id }) => id === each.zone);
  return each.zone ? zone?.name || each.zone : t("model.wholePicture");
};

/** The section about models: which runs, which may follow, how they compare. It asks while it is shown; `stop` ends that. */
export function modelSection() {
  const line = h("p", { class: "verdict", "data-testid": "model-rollout" });
  const workers = h("ul", { class: "remarks", "data-testid": "model-workers" });
  const comparisons = comparisonTable();
  /** @type {ModelState | null} */
  let known = null;
  const controls = rolloutControls(() => known, ask);
  const section = h("section", { class: "panel models", "data-testid": "system-model" }, h("h2", {}, t("model.title")), line, workers,
    comparisons.part, controls.cameras, controls.part);

  async function ask() {
    if (document.hidden) return;
    try {
      /** @type {ModelState} */
      const now = await get("api/model-rollout");
      known = now;
      write(line, rolloutText(now, cameraName));
      rows(workers, now.workers, { key: ({ worker }) => worker, make: () => h("li", {}), update: (row, { worker, model, candidate }) =>
        write(row, t("model.worker", { worker, model, candidate: candidateText(candidate) })) });
      comparisons.draw(now.comparisons);
      controls.draw(now);
    } catch (failure) {
      write(line, messageOf(failure));
    }
  }

  ask();
  const asking = window.setInterval(ask, ASK_MS);
  return { section, stop: () => clearInterval(asking) };
}

function comparisonTable() {
  const body = h("tbody", {});
  const part = h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": t("model.title"), hidden: true },
    h("table", { class: "cells", "data-testid": "model-comparisons" },
      h("thead", {}, h("tr", {}, ...COLUMNS.map((column) => h("th", { scope: "col" }, t(column))))), body));
  /** @param {AreaComparison} each */
  const texts = (each) => [cameraName(each.camera), zoneName(each), state.queries.get(each.query)?.text ?? each.query,
    ...comparisonCells(each)];
  /** @param {AreaComparison[]} all */
  const draw = (all) => {
    part.hidden = !all.length;
    rows(body, all, { key: ({ camera, zone, query }) => `${camera}/${zone}/${query}`,
      make: ({ camera }) => h("tr", { "data-camera": camera }, ...COLUMNS.map((column) => h("td", { "data-label": t(column) }))),
      update: (row, each) => texts(each).forEach((text, i) => write(row.children[i], text)) });
  };
  return { part, draw };
}

/**
 * The steps of a rollout as buttons, for admins.
 *
 * @param {() => ModelState | null} known
 * @param {() => Promise<void>} again shows what has become of it
 */
function rolloutControls(known, again) {
  const list = h("div", {});
  const cameras = h("fieldset", { class: "model-cameras", "data-testid": "model-cameras", hidden: true },
    h("legend", {}, t("model.cameras")), list);
  const chosen = () => [...cameras.querySelectorAll("input")].filter(({ checked }) => checked).map(({ value }) => value);
  const compared = () => known()?.workers.some(({ candidate }) => Number(candidate?.framesCompared) > 0);
  const buttons = {
    shadow: stepButton("model.doShadow", "model-shadow", again, () => ({ state: "SHADOW" })),
    canary: stepButton("model.doCanary", "model-canary", again, () => ({ state: "CANARY", cameras: chosen() })),
    switched: stepButton("model.doSwitch", "model-switch", again, async () => {
      const means = [t("model.switchMeans"), ...(compared() ? [] : [t("model.notCompared")])];
      return await confirmed(t("model.switchAsk"), means, t("model.doSwitch")) ? { state: "SWITCHED", force: true } : null;
    }),
    rollback: stepButton("model.doRollback", "model-rollback", again, async () => (
      await confirmed(t("model.rollbackAsk"), [t("model.rollbackMeans")], t("model.doRollback")) ? { state: "ROLLED_BACK" } : null)),
  };
  /** @param {ModelState} now */
  const draw = (now) => {
    const steps = stepsOf(now);
    for (const step of /** @type {(keyof typeof buttons)[]} */ (Object.keys(buttons))) {
      buttons[step].hidden = state.me.role !== "ADMIN" || !steps[step];
    }
    cameras.hidden = buttons.canary.hidden;
    const canaries = now.rollout?.canaries ?? [];
    rows(list, [...state.cameras.values()], { key: ({ id }) => id,
      make: ({ id }) => h("label", {}, checkbox({ value: id }, canaries.includes(id)), " ", h("span", {})),
      update: (row, camera) => write(/** @type {HTMLElement} */ (row.lastElementChild), nameOf(camera)) });
  };
  return { cameras, part: h("div", { class: "buttons" }, ...Object.values(buttons)), draw };
}

/**
 * @param {import("../../text.js").TextKey} label
 * @param {string} testid
 * @param {() => Promise<void>} again
 * @param {() => Step | Promise<Step | null>} choose the step; null when it is not to be taken
 */
function stepButton(label, testid, again, choose) {
  const made = h("button", { type: "button", class: "small", hidden: true, "data-testid": testid, onclick: () => whileBusy(made, async () => {
    try {
      const step = await choose();
      if (step) await put("api/model-rollout", step);
    } catch (failure) {
      toastFailure(failure);
    }
    await again();
  }) }, t(label));
  return made;
}
