import { nameOf } from "../../definitions.js";
import { h, mark, write } from "../../dom.js";
import { live } from "../../live.js";
import { router } from "../../router.js";
import { rows } from "../../rows.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { inOrder, merged, moved, readArrangement } from "./arrangement.js";
import { bar } from "./bar.js";
import { startKeyboard } from "./keyboard.js";
import { grid, LAYOUTS, MOST, pageOf, wantedFor } from "./layout.js";
import { openAlerts, openByCamera, startOpenAlerts } from "./openalerts.js";
import { Spotlight } from "./spotlight.js";
import { Tile } from "./tile.js";
import { wall } from "./wallstate.js";

const KEPT = "wall";
const KEPT_LOOK = "wall-look";
const TELL_MS = 500;
/** A page that is less high scrolls. */
const MIN_HEIGHT = 200;

/** @type {Map<string, Tile>} */
const tiles = new Map();
const spotlight = new Spotlight();
/** Cameras of the page, in their order. @type {string[]} */
let shown = [];
let pages = 1;
/** Whether this view is the one that is seen. */
let active = false;
let started = false;
let clock = 0;
/** @type {ReturnType<typeof bar> | null} */
let tools = null;
const list = h("ul", { class: "tiles", "data-testid": "wall-tiles" });
const empty = h("div", { class: "empty", "data-testid": "wall-empty", hidden: true });
const news = h("p", { class: "unseen-text", role: "status" });
const inView = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const tile = tiles.get(/** @type {HTMLElement} */ (target).dataset.camera ?? "");
    if (tile) tile.inView = isIntersecting;
  }
  ask();
}, { rootMargin: "40px" });
const size = new ResizeObserver(() => active && arrange());

/**
 * @param {HTMLElement} element
 * @param {import("../../router.js").Place} place
 */
export function show(element, { parameters }) {
  start();
  wall.arrangement = readArrangement(localStorage.getItem(KEPT));
  const kept = readLook();
  const layout = parameters.get("layout") ?? kept.layout;
  wall.layout = LAYOUTS.find((name) => name === layout) ?? "fit";
  wall.group = parameters.get("group") ?? kept.group ?? "";
  wall.page = Math.max(0, (Number(parameters.get("page")) || 1) - 1);
  wall.spotlit = parameters.has("spotlight") ? parameters.get("spotlight") === "on" : Boolean(kept.spotlit);
  if (active) {
    arrange();
    return;
  }
  active = true;
  wall.paused = false;
  tools = bar(element, { changed, move: turn, pause });
  element.replaceChildren(h("h1", { class: "unseen-text" }, t("common.wall")), tools.element, list, empty, news);
  size.observe(element);
  clock = window.setInterval(tell, TELL_MS);
  startOpenAlerts().then(tell);
  arrange();
}

export function hide() {
  active = false;
  clearInterval(clock);
  inView.disconnect();
  size.disconnect();
  for (const tile of tiles.values()) tile.close();
  tiles.clear();
  rows(list, [], { key: String, make: () => list });
  live.watch("wall", []);
}

function start() {
  if (started) return;
  started = true;
  live.on("picture", (next) => active && tiles.get(next.header.camera)?.receive(next));
  live.on("alert", () => active && tell());
  state.on(["cameras", "me"], () => active && arrange());
  startKeyboard(list, { turn, pause: () => pause(!wall.paused), spot, move: moveTile, full: () => tools?.full() });
  state.on("queries", () => active && tiles.forEach((tile) => tile.draw()));
}

/** @returns {{layout?: string, group?: string, spotlit?: boolean}} */
function readLook() {
  try {
    return JSON.parse(localStorage.getItem(KEPT_LOOK) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** Cameras of the chosen group, or all, in their order. */
function members() {
  const all = inOrder([...state.cameras.values()], wall.arrangement.order);
  const group = wall.arrangement.groups.find(({ name }) => name === wall.group);
  return group ? all.filter(({ id }) => group.cameras.includes(id)) : all;
}

/** Puts the tiles of this page where they belong. */
function arrange() {
  const cameras = members();
  const ids = cameras.map(({ id }) => id);
  if (wall.spotlit) spotlight.follow(openAlerts(), ids, performance.now());
  const large = wall.spotlit && ids.length > 1 ? spotlight.camera : "";
  list.hidden = !cameras.length;
  const area = { width: list.clientWidth || innerWidth, height: Math.max(MIN_HEIGHT, list.clientHeight) };
  const plan = grid(wall.layout, cameras.length, area, wall.spotlit);
  const others = ids.filter((id) => id !== large);
  const page = pageOf(others, Math.max(1, large ? plan.capacity - 1 : plan.capacity), wall.page);
  wall.page = page.page;
  pages = page.pages;
  shown = (large ? [large, ...page.items] : page.items).slice(0, MOST);
  wall.tiles = shown.length;
  list.style.setProperty("--columns", String(plan.columns));
  list.style.setProperty("--rows", String(plan.rows));
  list.style.setProperty("--large", String(plan.large || 1));
  mark(list, { "data-scrolls": plan.scrolls });
  draw(large);
  empty.hidden = cameras.length > 0;
  if (!cameras.length) tools?.empty(empty, Boolean(state.cameras.size));
  tools?.draw({ pages, groups: wall.arrangement.groups });
  ask();
}

/** @param {string} large id of the camera in the spotlight */
function draw(large) {
  rows(list, shown, {
    key: String,
    make: (id) => {
      const tile = new Tile(id);
      tiles.set(id, tile);
      inView.observe(tile.element);
      return tile.element;
    },
  });
  for (const [id, tile] of tiles) {
    if (!shown.includes(id)) {
      inView.unobserve(tile.element);
      tile.close();
      tiles.delete(id);
    }
  }
  const focused = shown.find((id) => tiles.get(id)?.link.matches(":focus")) ?? shown[0];
  for (const [id, tile] of tiles) {
    mark(tile.element, { "data-large": id === large });
    mark(tile.link, { tabindex: id === focused ? 0 : -1 });
  }
  tell();
  requestAnimationFrame(() => tiles.forEach((tile) => tile.draw()));
}

/** Says what the tiles in view are to be sent; the others are sent nothing. */
function ask() {
  const seen = wall.paused || !active ? [] : [...tiles.values()].filter((tile) => tile.inView);
  const wants = seen.map((tile) => wantedFor(tile.id, tile.link.clientWidth, window.devicePixelRatio || 1, seen.length));
  wants.forEach(({ id, fps }) => {
    const tile = tiles.get(id);
    if (tile) tile.fps = fps ?? 0;
  });
  live.watch("wall", wants);
}

/** Each tile says what its camera does; the spotlight goes where an alert is open. */
function tell() {
  const open = openByCamera();
  if (wall.spotlit && !wall.paused && spotlight.follow(openAlerts(), members().map(({ id }) => id), performance.now())) {
    const camera = state.cameras.get(spotlight.camera);
    if (camera) write(news, t("wall.spotlightOn", { name: nameOf(camera) }));
    arrange();
    return;
  }
  for (const tile of tiles.values()) {
    tile.paused = wall.paused;
    tile.tell(open.get(tile.id) ?? 0);
  }
}

/** The bar has changed what is shown: it stays so, for this browser and for who is sent the address. */
function changed() {
  localStorage.setItem(KEPT, JSON.stringify(wall.arrangement));
  localStorage.setItem(KEPT_LOOK, JSON.stringify({ layout: wall.layout, group: wall.group, spotlit: wall.spotlit }));
  router.setParameters({
    layout: wall.layout, group: wall.group, spotlight: wall.spotlit ? "on" : null, page: wall.page ? wall.page + 1 : null,
  });
  arrange();
}

/** @param {number} by pages */
function turn(by) {
  wall.page = (wall.page + by + pages) % pages;
  const among = list.contains(document.activeElement);
  changed();
  if (among) tiles.get(shown[0])?.link.focus();
}

/** @param {boolean} paused */
function pause(paused) {
  wall.paused = paused;
  tools?.draw({ pages, groups: wall.arrangement.groups });
  tell();
  ask();
}

/** @param {string} id is shown large */
function spot(id) {
  spotlight.choose(id, performance.now());
  wall.spotlit = true;
  changed();
}

/**
 * Gives a camera another's place, for good.
 *
 * @param {string} id
 * @param {string} target
 */
function moveTile(id, target) {
  const all = inOrder([...state.cameras.values()], wall.arrangement.order).map((one) => one.id);
  wall.arrangement.order = merged(all, moved(members().map((one) => one.id), id, target));
  changed();
  tiles.get(id)?.link.focus();
  const camera = state.cameras.get(id);
  if (camera) write(news, t("wall.moved", { name: nameOf(camera), place: shown.indexOf(id) + 1, count: shown.length }));
}
