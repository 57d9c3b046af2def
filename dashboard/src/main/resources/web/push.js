import { get, post, remove } from "./api.js";
import { checkbox, h, toast, toastFailure, write } from "./dom.js";
import { router } from "./router.js";
import { state } from "./state.js";
import { t } from "./text.js";

/** @typedef {"insecure" | "unsupported" | "untrusted" | "blocked" | "on" | "off"} PushState */
/** @typedef {{publicKey: string, subscriptions: {id: string, user: string}[]}} Push */

/** What a log-out waits for it. */
const MOST_MS = 2000;

/** A click on a notification that finds the page open is shown in it, without a reload; see sw.js. */
export function startPush() {
  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    if (typeof data?.open === "string" && router.leadsIn(data.open)) router.navigate(data.open);
  });
}

/** The part of the account's dialog that says whether this device is told of alerts, and switches it. */
export function pushSection() {
  const box = checkbox({ "data-testid": "push-switch", "aria-describedby": "push-state" }, false);
  const says = h("p", { class: "help", id: "push-state", role: "status", "data-testid": "push-state" });
  const test = h("button", { type: "button", class: "small", "data-testid": "push-test" }, t("push.test"));
  const draw = async () => {
    const now = await pushState();
    box.checked = now === "on";
    box.disabled = now !== "on" && now !== "off";
    test.hidden = now !== "on";
    write(says, t(`push.${now}`));
  };
  /** @param {() => Promise<unknown>} work */
  const change = (work) => async () => {
    box.disabled = true;
    test.disabled = true;
    try {
      await work();
    } catch (failure) {
      toastFailure(failure);
    }
    test.disabled = false;
    await draw().catch(toastFailure);
  };
  box.addEventListener("change", change(() => (box.checked ? turnOn() : turnOff())));
  test.addEventListener("click", change(sendTest));
  const element = h("section", { "aria-label": t("push.title") }, h("div", { class: "head" }, h("h2", {}, t("push.title")), test),
    h("label", { class: "inline check" }, box, ` ${t("push.switch")}`), says);
  return { element, draw };
}

/** @returns {Promise<PushState>} */
async function pushState() {
  if (!isSecureContext) return "insecure";
  if (!navigator.serviceWorker || !("PushManager" in window) || !("Notification" in window)) return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  const worker = await navigator.serviceWorker.getRegistration();
  if (!worker) return "untrusted";
  const subscription = await worker.pushManager.getSubscription();
  if (!subscription) return "off";
  /** @type {Push} */
  const { publicKey, subscriptions } = await get("api/push");
  const id = await idOf(subscription);
  const known = subscriptions.some((each) => each.id === id && each.user === state.me.name);
  return known && isFor(subscription, publicKey) ? "on" : "off";
}

async function turnOn() {
  if (await Notification.requestPermission() !== "granted") return;
  const worker = await navigator.serviceWorker.ready;
  /** @type {Push} */
  const { publicKey } = await get("api/push");
  const old = await worker.pushManager.getSubscription();
  // A subscription is for one key, and this service may have another one now.
  if (old && !isFor(old, publicKey)) await old.unsubscribe();
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
  const { endpoint, keys } = made.toJSON();
  await post("api/push-subscriptions", { endpoint, p256dh: keys?.p256dh, auth: keys?.auth });
}

/** Ends it where it was on; it neither fails nor takes long. */
export async function endPush() {
  const late = new Promise((done) => setTimeout(done, MOST_MS));
  await Promise.race([late, turnOff().catch((failure) => console.warn(failure))]);
}

async function turnOff() {
  const subscription = await current();
  if (!subscription) return;
  const id = await idOf(subscription);
  await subscription.unsubscribe();
  await remove(`api/push-subscriptions/${id}`);
}

async function sendTest() {
  const subscription = await current();
  if (!subscription) return;
  await post(`api/push-subscriptions/${await idOf(subscription)}/test`, {});
  toast(t("push.sent"), "good");
}

const current = async () => (await navigator.serviceWorker?.getRegistration())?.pushManager?.getSubscription();

/** What the service calls it: the first 32 hex digits of the address's SHA-256. @param {PushSubscription} subscription */
async function idOf({ endpoint }) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint)));
  return [...hash.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {PushSubscription} subscription
 * @param {string} publicKey base64url
 */
function isFor({ options }, publicKey) {
  const key = options.applicationServerKey;
  if (!key) return false;
  const text = btoa(String.fromCharCode(...new Uint8Array(key)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") === publicKey;
}
