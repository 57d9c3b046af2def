/**
 * The page, a module for each of its parts; no build step. `state` is what the service answers by REST, `live` what it
 * sends by WebSocket, and `picture` what is on the canvas; the parts listen to these three and draw themselves.
 *
 *   cameras, queries, zones, rules, webhooks   the definitions: lists here, forms in *form.js, stored by definitions.js
 *   picture, tools, prompts, zones             the canvas: layers over the picture, and one tool that has the pointer
 *   alerts, chart, meters, calibration         what was found out; backtest, histogram are parts of the rule's form
 *   account                                    who looks: log-out, sessions, tokens, and users for admins; login is of login.html
 *   keys                                       shortcuts, on the whole page
 *   dom, form, choice, api, emitter            what all parts are made of
 *   apipage, auditpage                         of api.html and audit.html, pages of their own
 *   rle, contour, liveness, masks, schedule, ruledraft, streamdraft, series, bins, answers, format, webhookformat, id
 *                                              without DOM; tested in dashboard/web-tests
 */
import { messageOf } from "./api.js";
import { byId, toast } from "./dom.js";
import { live } from "./live.js";
import { picture } from "./picture.js";
import { startAccount } from "./account.js";
import { startAlerts } from "./alerts.js";
import { startCameras } from "./cameras.js";
import { startChart } from "./chart.js";
import { startKeys } from "./keys.js";
import { startMeters } from "./meters.js";
import { startPrompts } from "./prompts.js";
import { startQueries } from "./queries.js";
import { startRules } from "./rules.js";
import { startWebhooks } from "./webhooks.js";
import { startZones } from "./zones.js";
import { state } from "./state.js";

const RETRY_MS = 2000;
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
  } catch (failure) {
    banner(`${messageOf(failure)} Trying again…`);
    setTimeout(reload, RETRY_MS);
  }
}

/** @param {string} name "dark" or "light" */
function theme(name) {
  document.documentElement.dataset.theme = name;
  localStorage.setItem("theme", name);
  window.dispatchEvent(new Event("themechange"));
}

function start() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  theme(localStorage.getItem("theme") ?? (dark ? "dark" : "light"));
  byId("theme").addEventListener("click", () =>
    theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
  byId("opacity").addEventListener("input", () => {
    picture.opacity = Number(byId("opacity", HTMLInputElement).value) / 100;
    picture.draw();
  });
  picture.start();
  startAccount();
  startCameras();
  startQueries();
  startZones();
  startPrompts();
  startChart();
  startAlerts();
  startRules();
  startWebhooks();
  startMeters();
  startKeys();
  live.on("silent", () => banner("Nothing has come for some seconds: what you see is not live."));
  live.on("heard", () => lost || banner(""));
  live.on("closed", () => {
    lost = true;
    banner("Connection lost: what you see is not live. Reconnecting…");
  });
  live.on("refused", (reason) => banner(`The live connection is refused. ${reason} Trying again…`));
  live.on("open", () => {
    if (lost) {
      toast("Reconnected.", "good");
      lost = false;
      reload();
    }
  });
  reload();
}

start();
