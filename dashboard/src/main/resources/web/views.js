import { byId, toast } from "./dom.js";
import { router } from "./router.js";
import { t } from "./text.js";

/** @typedef {import("./router.js").Place} Place */
/** @typedef {import("./router.js").View} View */

/**
 * A view of its own module, which is loaded when it is first shown.
 *
 * @typedef {object} ViewModule
 * @property {(element: HTMLElement, place: Place) => Promise<void> | void} show also when the address changes within the view
 * @property {() => void} hide ends timers, subscriptions and drawing
 */

/** @type {Partial<Record<View, () => Promise<ViewModule>>>} */
const MODULES = {
  wall: () => import("./views/wall/wall.js"),
  alerts: () => import("./views/alerts/inbox.js"),
  timeline: () => import("./views/timeline/timeline.js"),
  search: () => import("./views/search/search.js"),
  system: () => import("./views/system/system.js"),
};

/** The view of one camera, whose elements are in index.html: it stays once it was started. @type {Promise<void> | null} */
let camera = null;
/** @type {{view: View, module: ViewModule, element: HTMLElement} | null} */
let shown = null;
/** Views are loaded one after the other: the last that was wanted is shown. */
let wanted = 0;

/** Shows the view that the address names, now and whenever it changes. */
export function startViews() {
  router.on("changed", showHere);
  showHere();
}

async function showHere() {
  const turn = ++wanted;
  const place = router.here();
  const load = MODULES[place.view];
  document.body.dataset.view = place.view;
  mark(place.view);
  if (shown?.view !== place.view) leave();
  if (place.view !== "camera") byId("view-camera").hidden = true;
  byId("view").hidden = !load;
  try {
    if (place.view === "camera") await startCamera();
    showCamera();
    if (!load) return;
    const [module] = await Promise.all([load(), styleOf(place.view)]);
    if (turn !== wanted) return;
    shown ??= enter(place.view, module);
    await module.show(shown.element, place);
  } catch (failure) {
    console.warn(failure);
    toast(t("common.viewFailed"));
  }
}

/** Its buttons do nothing before it is started. */
function showCamera() {
  byId("view-camera").hidden = router.here().view !== "camera";
}

/** A failure is forgotten: the next time it may load. */
function startCamera() {
  camera ??= import("./cameraview.js").then(({ startCameraView }) => {
    showCamera();
    startCameraView();
  });
  return camera.catch((failure) => {
    camera = null;
    throw failure;
  });
}

/**
 * @param {View} view
 * @param {ViewModule} module
 */
function enter(view, module) {
  const element = document.createElement("div");
  element.className = `view ${view}`;
  byId("view").replaceChildren(element);
  return { view, module, element };
}

function leave() {
  shown?.module.hide();
  shown = null;
  byId("view").replaceChildren();
}

/** @param {View} view its link is the current one */
function mark(view) {
  for (const one of byId("views").querySelectorAll("a")) {
    if (one.dataset.view === view) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  }
}

/**
 * The view's style sheet, views/VIEW/VIEW.css, before anything of it is seen.
 *
 * @param {View} view
 */
function styleOf(view) {
  const id = `style-${view}`;
  if (document.getElementById(id)) return Promise.resolve();
  const sheet = document.createElement("link");
  Object.assign(sheet, { id, rel: "stylesheet", href: `views/${view}/${view}.css` });
  const loaded = new Promise((done) => {
    sheet.addEventListener("load", done);
    sheet.addEventListener("error", done);
  });
  document.head.append(sheet);
  return loaded;
}
