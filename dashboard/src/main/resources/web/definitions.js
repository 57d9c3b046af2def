import { get, post, put, remove } from "./api.js";
import { checkbox, h, toast, toastFailure } from "./dom.js";
import { state } from "./state.js";

/**
 * Creates a definition, or replaces the one that has this id unless it has changed since its `etag` was read. The page
 * knows it at once.
 *
 * @template {Kind} K
 * @param {K} kind
 * @param {Draft<K>} draft
 * @param {string} [id]
 * @returns {Promise<DefinitionTypes[K]>} as it is stored
 */
export async function saveDefinition(kind, draft, id) {
  /** @type {DefinitionTypes[K]} */
  const stored = id ? await put(`api/${kind}/${id}`, draft) : await post(`api/${kind}`, draft);
  for (const { field, detail } of stored.warnings ?? []) toast(`Note: ${field} ${detail}.`);
  state.changed({ kind, id: stored.id, value: stored });
  return stored;
}

/**
 * A definition as it is now.
 *
 * @template {Kind} K
 * @param {K} kind
 * @param {string} id
 * @returns {Promise<DefinitionTypes[K]>}
 */
export async function loadDefinition(kind, id) {
  /** @type {DefinitionTypes[K]} */
  const stored = await get(`api/${kind}/${id}`);
  state.changed({ kind, id, value: stored });
  return stored;
}

/**
 * @param {Kind} kind
 * @param {{id: string, etag: string}} definition
 */
export async function removeDefinition(kind, { id, etag }) {
  await remove(`api/${kind}/${id}`, etag);
  state.changed({ kind, id, value: null });
}

/**
 * A check box that enables and disables a definition.
 *
 * @template {"rules" | "webhooks"} K
 * @param {K} kind
 * @param {DefinitionTypes[K]} definition
 * @param {string} label
 */
export function enableSwitch(kind, definition, label) {
  const box = checkbox({ "aria-label": label }, !definition.disabled);
  box.disabled = state.me.role === "VIEWER";
  box.addEventListener("change", async () => {
    try {
      await saveDefinition(kind, /** @type {Draft<K>} */ ({ ...definition, disabled: !box.checked }), definition.id);
    } catch (failure) {
      box.checked = !box.checked;
      toastFailure(failure);
    }
  });
  return box;
}

/**
 * The button that opens a definition's form.
 *
 * @param {string} what for example "camera Front door"
 * @param {() => void} open
 */
export const editButton = (what, open) =>
  h("button", { type: "button", class: "mini needs-operator", "aria-label": `Edit ${what}`, title: "Edit", onclick: open }, "⋯");

/** @param {{id: string, name: string}} definition */
export const nameOf = (definition) => definition.name || definition.id;
