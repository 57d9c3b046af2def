import { checkbox, h, part } from "../../dom.js";
import { nameOf } from "../../definitions.js";
import { openDialog } from "../../form.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { MAX_GROUPS, MAX_NAME } from "./arrangement.js";
import { wall } from "./wallstate.js";

/**
 * Edits the groups of cameras.
 *
 * @param {() => void} changed
 */
export function openGroups(changed) {
  const groups = wall.arrangement.groups.map((group) => ({ ...group }));
  const list = h("div", { class: "groups" }, ...groups.map(groupFields));
  const add = h("button", { type: "button", class: "small", "data-testid": "group-add" }, t("wall.addGroup"));
  add.addEventListener("click", () => {
    if (list.children.length >= MAX_GROUPS) return;
    const fields = groupFields({ name: "", cameras: [] });
    list.append(fields);
    part(fields, "input").focus();
  });
  const form = h("form", { method: "dialog" },
    h("h2", {}, t("wall.groupsTitle")), h("p", { class: "muted" }, t("wall.groupsHelp")), list, add,
    h("div", { class: "buttons" }, h("span", { class: "grow" }),
      h("button", { type: "button", onclick: () => dialog.close() }, t("wall.cancel")),
      h("button", { class: "primary", "data-testid": "group-save" }, t("wall.save"))));
  form.addEventListener("submit", () => {
    wall.arrangement.groups = [...list.children].map(read).filter(({ name }, i, all) =>
      name && all.findIndex((one) => one.name === name) === i);
    changed();
  });
  const dialog = h("dialog", { class: "form", "aria-label": t("wall.groupsTitle"), "data-testid": "group-form" });
  openDialog(dialog, form);
}

/** @param {import("./arrangement.js").Group} group */
function groupFields({ name, cameras }) {
  const fields = h("fieldset", { class: "group" },
    h("legend", { class: "unseen-text" }, t("wall.group")),
    h("div", { class: "inline" },
      h("input", { type: "text", value: name, maxlength: MAX_NAME, "aria-label": t("wall.groupName"), placeholder: t("wall.groupName"), "data-testid": "group-name" }),
      h("button", { type: "button", class: "small danger", onclick: () => fields.remove() }, t("wall.removeGroup"))),
    h("div", { class: "members" }, ...[...state.cameras.values()].map((camera) =>
      h("label", { class: "check" }, checkbox({ value: camera.id }, cameras.includes(camera.id)), ` ${nameOf(camera)}`))));
  return fields;
}

/** @param {Element} fields */
function read(fields) {
  const boxes = /** @type {HTMLInputElement[]} */ ([...fields.querySelectorAll("input[type=checkbox]")]);
  return {
    name: part(fields, "input[type=text]", HTMLInputElement).value.trim(),
    cameras: boxes.filter((box) => box.checked).map((box) => box.value),
  };
}
