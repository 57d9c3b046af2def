import { h, mark, select, write } from "../../dom.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { LAYOUTS } from "./layout.js";
import { openGroups } from "./groups.js";
import { wall } from "./wallstate.js";

const layoutChoice = () => select({ "data-testid": "wall-layout", "aria-label": t("wall.layout") },
  LAYOUTS.map((name) => [name, name === "fit" ? t("wall.fit") : `${name} × ${name}`]));

/**
 * The bar over the tiles.
 *
 * @param {HTMLElement} view is shown on the full screen
 * @param {{changed: () => void, move: (pages: number) => void, pause: (paused: boolean) => void}} actions
 */
export function bar(view, { changed, move, pause }) {
  const layout = layoutChoice();
  const group = select({ "data-testid": "wall-group", "aria-label": t("wall.group") }, []);
  const spotlight = h("button", { type: "button", class: "small", "data-testid": "wall-spotlight", title: t("wall.spotlightHelp") }, t("wall.spotlight"));
  const paused = h("button", { type: "button", class: "small", "data-testid": "wall-pause" }, t("wall.pause"));
  const place = h("span", { class: "muted", "data-testid": "wall-page" });
  const pager = h("span", { class: "pager" },
    h("button", { type: "button", class: "small", "aria-label": t("wall.previous"), "data-testid": "wall-previous", onclick: () => move(-1) }, "‹"), place,
    h("button", { type: "button", class: "small", "aria-label": t("wall.next"), "data-testid": "wall-next", onclick: () => move(1) }, "›"));
  const choose = () => {
    Object.assign(wall, { layout: LAYOUTS[layout.selectedIndex], group: group.value, page: 0 });
    changed();
  };
  for (const one of [layout, group]) one.addEventListener("change", choose);
  spotlight.addEventListener("click", () => {
    wall.spotlit = !wall.spotlit;
    changed();
  });
  paused.addEventListener("click", () => pause(!wall.paused));
  const full = () => (document.fullscreenElement ? document.exitFullscreen() : view.requestFullscreen?.());
  const element = h("div", { class: "wall-bar", role: "toolbar", "aria-label": t("wall.bar") },
    layout, group,
    h("button", { type: "button", class: "small", "data-testid": "wall-groups", onclick: () => openGroups(changed) }, t("wall.groups")),
    spotlight, h("span", { class: "grow" }), pager, paused,
    h("button", { type: "button", class: "small", "data-testid": "wall-full", onclick: full, title: "F" }, t("wall.full")));
  return {
    element,
    full,
    /** @param {{pages: number, groups: {name: string}[]}} now */
    draw({ pages, groups }) {
      layout.value = wall.layout;
      const names = ["", ...groups.map(({ name }) => name)];
      if (JSON.stringify(names) !== group.dataset.names) {
        group.dataset.names = JSON.stringify(names);
        group.replaceChildren(...names.map((name) => h("option", { value: name }, name || t("wall.all"))));
      }
      group.value = names.includes(wall.group) ? wall.group : "";
      mark(spotlight, { "aria-pressed": String(wall.spotlit) });
      mark(paused, { "aria-pressed": String(wall.paused) });
      write(paused, t(wall.paused ? "wall.resume" : "wall.pause"));
      pager.hidden = pages < 2;
      write(place, `${wall.page + 1} / ${pages}`);
    },
    empty: drawEmpty,
  };
}

/**
 * Says what to do when there is nothing to show.
 *
 * @param {HTMLElement} element
 * @param {boolean} others whether there are cameras, but not in this group
 */
function drawEmpty(element, others) {
  const add = async () => (await import("../../cameraform.js")).openCamera(null);
  element.replaceChildren(
    h("h2", {}, t(others ? "wall.emptyGroup" : "wall.noCamera")),
    h("p", {}, t(others ? "wall.emptyGroupHelp" : "wall.noCameraHelp")),
    ...(others || state.me.role !== "ADMIN" ? [] : [h("button", { class: "primary", type: "button", onclick: add }, t("wall.addCamera"))]));
}
