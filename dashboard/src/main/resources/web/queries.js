import { post, put, remove } from "./api.js";
import { byId, field, h, openForm, percent, toast } from "./dom.js";
import { picture } from "./picture.js";
import { state } from "./state.js";

/** The query box and a chip for each query, which is the overlay's legend too. */
export function startQueries() {
  byId("query-form").addEventListener("submit", (event) => {
    event.preventDefault();
    add();
  });
  state.on(["queries", "camera"], draw);
  picture.addEventListener("shown", shares);
}

async function add() {
  const input = byId("query-input");
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  try {
    const query = await post("/api/queries", { text });
    state.changed({ kind: "queries", id: query.id, value: query });
  } catch (failure) {
    input.value = text;
    toast(`“${text.slice(0, 40)}” was not added: ${failure.message}`);
  }
}

function draw() {
  const queries = state.cameraQueries();
  const chips = queries.map(chip);
  if (!chips.length) {
    chips.push(h("p", { class: "empty-line" },
      "Nothing is looked for yet. Type a word such as “person” or “red car” above and press Enter."));
  }
  byId("chips").replaceChildren(...chips);
  shares();
  picture.draw();
}

function chip(query) {
  const off = query.disabled;
  const hidden = state.hidden.has(query.id);
  return h("div", {
    class: `chip${off ? " off" : ""}${hidden ? " unseen" : ""}`, color: query.color,
    "data-testid": "query-chip", "data-query": query.id,
  },
    h("button", {
      class: "swatch", type: "button", "aria-pressed": !hidden,
      "aria-label": `${hidden ? "Show" : "Hide"} the overlay of ${query.text}`, title: hidden ? "Show overlay" : "Hide overlay",
      onclick: () => {
        if (!state.hidden.delete(query.id)) state.hidden.add(query.id);
        draw();
      },
    }),
    h("button", { class: "name", type: "button", title: "Edit", onclick: () => edit(query), "data-testid": "query-edit" }, query.text),
    h("output", { class: "share", "data-testid": "query-share" }, off ? "off" : "–"),
    h("button", {
      class: "mini", type: "button", "aria-label": `${off ? "Switch on" : "Switch off"} ${query.text}`,
      title: off ? "Look for it again" : "Stop looking for it", onclick: () => save({ ...query, disabled: !off }),
    }, off ? "▶" : "❚❚"),
    h("button", {
      class: "mini", type: "button", "aria-label": `Remove ${query.text}`, title: "Remove", "data-testid": "query-remove",
      onclick: () => removeQuery(query),
    }, "✕"));
}

/** The share of the frame that is shown, beside each name. */
function shares() {
  const masks = new Map((picture.shown?.masks ?? []).map((m) => [m.id, m]));
  for (const element of byId("chips").querySelectorAll(".chip")) {
    const query = state.queries.get(element.dataset.query);
    if (!query || query.disabled) continue;
    const mask = masks.get(query.id);
    const output = element.querySelector(".share");
    output.textContent = mask ? percent(mask.share) : "–";
    output.title = mask
      ? `Covers ${percent(mask.share)} of the frame. Highest probability ${percent(mask.peak)}; the picture as a whole ${percent(mask.class)}.`
      : "Not in the observation of this frame yet";
    element.classList.toggle("seen", Boolean(mask?.share));
  }
}

async function save(query) {
  try {
    const stored = await put(`/api/queries/${query.id}`, query);
    state.changed({ kind: "queries", id: stored.id, value: stored });
  } catch (failure) {
    toast(failure.message);
  }
}

async function removeQuery(query) {
  try {
    await remove(`/api/queries/${query.id}`);
    state.changed({ kind: "queries", id: query.id, value: null });
  } catch (failure) {
    toast(failure.message);
  }
}

const words = (text) => text.split(",").map((word) => word.trim()).filter(Boolean);

function edit(query) {
  const text = h("input", { value: query.text, required: true, maxlength: 200 });
  const synonyms = h("input", { value: query.synonyms.join(", "), placeholder: "lorry, van" });
  const negatives = h("input", { value: query.negatives.join(", "), placeholder: "poster, statue" });
  const color = h("input", { type: "color", value: query.color || "#36a3ff" });
  const refine = h("input", { type: "checkbox" });
  refine.checked = query.refine;
  const here = h("input", { type: "checkbox" });
  here.checked = query.cameras.length > 0;
  openForm({
    title: `Query “${query.text}”`,
    testid: "query-form-dialog",
    body: [
      field("Look for", text),
      field("Other words for the same", synonyms, "Separated by commas."),
      field("Not to be taken for it", negatives, "What looks alike and must not count."),
      field("Colour", color),
      h("label", { class: "check" }, refine, " Finer edges (takes more time for each frame)"),
      h("label", { class: "check" }, here, " Only on this camera"),
    ],
    submitText: "Save",
    submit: async () => {
      const stored = await put(`/api/queries/${query.id}`, {
        ...query,
        text: text.value,
        synonyms: words(synonyms.value),
        negatives: words(negatives.value),
        color: color.value,
        refine: refine.checked,
        cameras: !here.checked ? [] : query.cameras.length ? query.cameras : [state.camera],
      });
      state.changed({ kind: "queries", id: stored.id, value: stored });
    },
  });
}
