/**
 * The page, a module for each of its parts; no build step. `state` is what the service answers by REST, `live` what it
 * sends by WebSocket, `router` the page's address, and `picture` what is on the canvas; the parts listen to these and
 * draw themselves. Texts are in text/, one file a language.
 *
 *   router, views                              the address and the view that it names; views/NAME is loaded when it is first shown,
 *                                              and for one camera's view cameraview, with most of what follows
 *   cameras, queries, zones, rules, webhooks   the definitions: lists here, forms in *form.js, stored by definitions.js
 *   picture, tools, prompts, zones             the canvas: layers over the picture, and one tool that has the pointer; pictureview
 *                                              magnifies, snapshot keeps it as a file, moment shows one of the past
 *   things, thingbar                           what prompts have outlined, and what can be made of it; crosshair: the keys' pointer
 *   zonedrawing, zoneeditor, zonebar, zoneform, zonepaint, zonestore   drawing a zone and changing its shape, loaded when somebody
 *                                              begins to; stored with what others have changed
 *   webhookfilter                              which alerts a webhook posts, for its list and its form
 *   querypanel, trial, scorechart, maskstyle   a query's threshold, words and looks; loaded when a panel is first opened, but for maskstyle
 *   overlay, newest                            masks over a picture, and which pictures are decoded, here and on the wall
 *   alerts, chart, meters, calibration         what was found out; backtest, histogram are parts of the rule's form
 *   plotnav, timeaxis                          how a person moves in time over a plot, and what stands at its axis
 *   cameratest                                 tries the camera of its form before it is saved
 *   account                                    who looks: log-out, sessions, tokens, and users for admins; login is of login.html
 *   keys                                       shortcuts; help lists them
 *   theme                                      dark or light, in the heads of all pages, before they are painted
 *   dom, form, rows, choice, api, emitter, text   what all parts are made of; dependents: what uses a definition
 *   push                                       whether this device is told of alerts while the page is closed
 *   install                                    the service worker, sw.js; offline.html is what it shows without a service
 *   apipage, auditpage                         of api.html and audit.html, pages of their own
 *   rle, contour, trace, geometry, zonedraft, view, history, coco, scores, querywords, preferences, download,
 *   liveness, staleness, watching, masks, schedule, ruledraft, rulesentence, streamdraft, series, bins, answers, format, webhookformat, id
 *                                              without DOM; tested in dashboard/web-tests
 */
import { messageOf } from "./api.js";
import { byId, toast } from "./dom.js";
import { live } from "./live.js";
import { startAccount } from "./account.js";
import { startAlerts } from "./alerts.js";
import { startInstall } from "./install.js";
import { later } from "./later.js";
import { startPush } from "./push.js";
import { link, router } from "./router.js";
import { state } from "./state.js";
import { language, LANGUAGES, setLanguage, t, translatePage } from "./text.js";
import { startViews } from "./views.js";

const openHelp = later(async () => (await import("./help.js")).openHelp);
const askQuery = later(async () => (await import("./queries.js")).askQuery);
const RETRY_MS = 2000;
/** Where the log-in form has left what was asked for. */
const WANTED = "wanted";
/** Whether the address names what is shown. */
let arrived = false;
/** Whether the live connection was closed and is not open again. */
let lost = false;

/** @param {string} text is shown over the page; "" for none */
function banner(text) {
  byId("banner").textContent = text;
  byId("banner").hidden = !text;
}

/** Definitions may have changed while the connection was away. */
async function reload() {
  try {
    await state.load();
    banner("");
    arrive();
  } catch (failure) {
    banner(t("common.tryingAgain", { problem: messageOf(failure) }));
    setTimeout(reload, RETRY_MS);
  }
}

/** Once it is known which cameras there are, the address names one of them, or another view. */
function arrive() {
  arrived = true;
  const { view, id, parameters } = router.here();
  if (view === "home") {
    const wanted = sessionStorage.getItem(WANTED) ?? "";
    sessionStorage.removeItem(WANTED);
    const asked = parameters.get("camera") ?? "";
    const home = state.cameras.has(asked) ? link("camera", asked) : state.cameras.size > 1 ? link("wall") : link("camera", state.camera);
    router.navigate(router.leadsIn(wanted) ? wanted : home, { replace: true });
  } else if (view === "camera" && !state.cameras.has(id)) {
    if (id) toast(t("common.noSuchCamera", { id }));
    router.navigate(link("camera", state.camera), { replace: true });
  }
}

/** The camera that is shown and the one that the address names are the same. */
function followAddress() {
  router.on("changed", ({ view, id }) => {
    if (view === "home") arrive();
    else if (view === "camera" && state.cameras.has(id)) state.show(id);
    live.follow();
  });
  state.on("camera", () => {
    const here = router.here();
    byId("views").querySelector("[data-view=camera]")?.setAttribute("href", link("camera", state.camera));
    if (arrived && here.view === "camera" && here.id !== state.camera) router.navigate(link("camera", state.camera), { replace: !here.id });
  });
}

function startLooks() {
  byId("theme").addEventListener("click", () => {
    localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    window.dispatchEvent(new Event("themechosen"));
  });
  // Offered in its own words, for who cannot read the present ones.
  const other = language === "en" ? "zh" : "en";
  byId("language").textContent = other === "zh" ? "中" : "EN";
  byId("language").title = LANGUAGES[other];
  byId("language").setAttribute("aria-label", `${byId("language").textContent} ${LANGUAGES[other]}`);
  byId("language").addEventListener("click", () => setLanguage(other));
}

function startLive() {
  live.on("silent", () => banner(t("common.silent")));
  live.on("heard", () => lost || banner(""));
  live.on("closed", () => {
    lost = true;
    banner(t("common.closed"));
  });
  live.on("refused", (reason) => banner(t("common.refused", { reason })));
  live.on("open", () => {
    if (lost) {
      toast(t("common.reconnected"), "good");
      lost = false;
      reload();
    }
  });
  // Views without pictures live on it too.
  live.follow();
}

function start() {
  translatePage();
  startLooks();
  byId("help").addEventListener("click", () => openHelp());
  // Who types at once need not wait for the view.
  byId("query-form").addEventListener("submit", (event) => {
    event.preventDefault();
    askQuery();
  });
  startAccount();
  startAlerts();
  startLive();
  followAddress();
  startViews();
  startInstall();
  startPush();
  reload();
}

start();
