import { messageOf } from "./api.js";
import { loadDefinition, removeDefinition, saveDefinition } from "./definitions.js";
import { byId, checkbox, h, toast, toastFailure } from "./dom.js";
import { checked, field, openForm } from "./form.js";
import { commaSeparated, percent } from "./format.js";
import { DEFAULT_COLOR, picture } from "./picture.js";
import { state } from "./state.js";

/** The query box and a chip for each query, which is the overlay's legend too. */
export function startQueries() {
  byId("query-form").addEventListener("submit", (event) => {
    event.preventDefault();
    add();
  });
  state.on(["queries", "camera"], draw);
  state.on("workers", remarks);
  picture.on("shown", shares);
}

async function add() {
  const input = byId("query-input", HTMLInputElement);
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  try {
    await saveDefinition("queries", { text, ...(state.me.cameras.length && { cameras: state.me.cameras }) });
  } catch (failure) {
    input.value = text;
    toast(`“${text.slice(0, 40)}” was not added: ${messageOf(failure)}`);
  }
}

function draw() {
  const queries = state.cameraQueries();
  const chips = queries.length ? queries.map(chip) : [h("p", { class: "empty-line" },
    "No query yet. Type one above, such as “person” or “red car”, and press Enter.")];
  byId("chips").replaceChildren(...chips);
  shares();
  remarks();
  picture.draw();
}

/** What workers say of the queries that are shown: a word that the model does not know, for example. */
function remarks() {
  const said = new Map([...state.workers.values()].flatMap((worker) => worker.queries).map((one) => [one.query, one.reason]));
  const lines = state.cameraQueries().filter((query) => !query.disabled && said.has(query.id))
    .map((query) => h("li", {}, `${query.text}: ${said.get(query.id)}`));
  byId("query-remarks").replaceChildren(...lines);
}

/** @param {Query} query */
function chip(query) {
  const off = query.disabled;
  const hidden = state.hidden.has(query.id);
  return h("div", {
    class: `chip${off ? " off" : ""}${hidden ? " unseen" : ""}`, color: query.color,
    "data-testid": "query-chip", "data-query": query.id,
  },
    h("button", {
      class: "swatch", type: "button", "aria-pressed": String(!hidden),
      "aria-label": `${hidden ? "Show" : "Hide"} the overlay of ${query.text}`, title: hidden ? "Show overlay" : "Hide overlay",
      onclick: () => {
        if (!state.hidden.delete(query.id)) state.hidden.add(query.id);
        draw();
      },
    }),
    h("button", { class: "name", type: "button", title: "Edit", onclick: () => edit(query), "data-testid": "query-edit" }, query.text),
    h("output", { class: "share", "data-testid": "query-share" }, off ? "off" : "–"),
    h("button", {
      class: "mini", type: "button", "aria-label": `${off ? "Enable" : "Disable"} ${query.text}`, title: off ? "Enable" : "Disable",
      onclick: () => saveDefinition("queries", { ...query, disabled: !off }, query.id).catch(toastFailure),
    }, off ? "▶" : "❚❚"),
    h("button", {
      class: "mini", type: "button", "aria-label": `Delete ${query.text}`, title: "Delete", "data-testid": "query-remove",
      onclick: () => removeDefinition("queries", query).catch(toastFailure),
    }, "✕"));
}

/** The share of the frame that is shown, beside each name. */
function shares() {
  const masks = new Map((picture.shown?.masks ?? []).map((mask) => [mask.id, mask]));
  for (const element of byId("chips").querySelectorAll(".chip")) {
    const query = state.queries.get(/** @type {HTMLElement} */ (element).dataset.query ?? "");
    const output = element.querySelector("output");
    if (!query || query.disabled || !output) continue;
    const mask = masks.get(query.id);
    output.textContent = mask ? percent(mask.share) : "–";
    output.title = mask
      ? `Covers ${percent(mask.share)} of the frame. Peak confidence ${percent(mask.peak)}, image-level confidence ${percent(mask.class)}.`
      : "Not in the observation of this frame yet";
    element.classList.toggle("seen", Boolean(mask?.share));
  }
}

/** @param {Query} query */
function edit(query) {
  const text = h("input", { name: "text", value: query.text, required: true, maxlength: 200 });
  const synonyms = h("input", { name: "synonyms", value: query.synonyms.join(", "), placeholder: "lorry, van" });
  const negatives = h("input", { name: "negatives", value: query.negatives.join(", "), placeholder: "poster, statue" });
  const color = h("input", { name: "color", type: "color", value: query.color || DEFAULT_COLOR });
  const refine = checkbox({}, query.refine);
  const here = checkbox({}, query.cameras.length > 0);
  openForm({
    title: `Query “${query.text}”`,
    testid: "query-form-dialog",
    body: [
      field("Query", text),
      field("Synonyms", synonyms, "Separated by commas."),
      field("Negatives", negatives, "Similar things that must not count, separated by commas."),
      field("Colour", color),
      checked(refine, "Refine mask edges (more time per frame)"),
      checked(here, "Only on this camera"),
    ],
    submitText: "Save",
    reload: async () => edit(await loadDefinition("queries", query.id)),
    submit: () => saveDefinition("queries", {
      ...query,
      text: text.value,
      synonyms: commaSeparated(synonyms.value),
      negatives: commaSeparated(negatives.value),
      color: color.value,
      refine: refine.checked,
      cameras: here.checked ? (query.cameras.length ? query.cameras : [state.camera]) : [],
    }, query.id),
  });
}
