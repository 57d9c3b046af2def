import { saveDefinition } from "../../definitions.js";
import { h, toast } from "../../dom.js";
import { field, openForm } from "../../form.js";
import { commaSeparated } from "../../format.js";
import { later } from "../../later.js";
import { meaning } from "../../querywords.js";
import { link } from "../../router.js";
import { state } from "../../state.js";
import { t } from "../../text.js";

/** @typedef {import("./wanted.js").Wanted} Wanted */

const openRule = later(async () => (await import("../../ruleform.js")).openRule);

/**
 * A live query of a camera that looks for the same words.
 *
 * @param {Wanted} wanted
 * @param {string} camera
 */
export function liveQuery({ q }, camera) {
  return [...state.queries.values()].find((query) => meaning(query.text) === meaning(q)
    && (!query.cameras.length || query.cameras.includes(camera)));
}

/**
 * What was searched becomes a query that is looked for in each new picture of the camera.
 *
 * @param {Wanted} wanted
 * @param {string} camera
 * @param {(query: Query) => void} [then]
 */
export function makeQuery(wanted, camera, then = (query) =>
  toast(t("search.queryMade", { query: query.text }), "good", { href: link("camera", camera) })) {
  const text = h("input", { name: "text", value: wanted.q, maxlength: 200, required: true, "data-testid": "search-query-text" });
  const synonyms = h("input", { name: "synonyms", value: wanted.also.join(", "), maxlength: 400 });
  const negatives = h("input", { name: "negatives", value: wanted.not.join(", "), maxlength: 400 });
  openForm({
    title: t("search.makeQuery"), testid: "search-query", submitText: t("search.lookFor"),
    body: [h("p", { class: "muted" }, t("search.makeQueryHelp")), field(t("search.words"), text),
      field(t("search.also"), synonyms, t("search.alsoHelp")), field(t("search.not"), negatives, t("search.notHelp"))],
    submit: async () => then(await saveDefinition("queries", { text: text.value.trim(), synonyms: commaSeparated(synonyms.value),
      negatives: commaSeparated(negatives.value), cameras: [camera] })),
  });
}

/**
 * A rule on what was searched; its form tries it on the past. The words become a query first where they are none yet.
 *
 * @param {Wanted} wanted
 * @param {string} camera
 */
export function makeRule(wanted, camera) {
  state.show(camera);
  const form = (/** @type {Query} */ query) => openRule(null, { query: query.id, cameras: [camera], zone: wanted.zone });
  const query = liveQuery(wanted, camera);
  if (query) form(query);
  else makeQuery(wanted, camera, form);
}
