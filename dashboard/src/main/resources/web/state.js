import { get } from "./api.js";
import { Emitter } from "./emitter.js";
import { router } from "./router.js";

/** Ingest tells a camera's status every second. */
const LATE_STATUS_MS = 5000;

/** Parts of the state by the kinds of change that the service reports. */
const PARTS = /** @type {const} */ ({
  cameras: "cameras", queries: "queries", rules: "rules", webhooks: "webhooks",
  mutes: "mutes", "alert-reviews": "reviews",
  "camera-status": "status", "worker-status": "workers",
});

/**
 * What the page knows. Its parts announce that they have changed; "camera" says that another one is shown.
 *
 * @typedef {"cameras" | "queries" | "rules" | "webhooks" | "mutes" | "reviews" | "status" | "workers"} Part
 * @extends {Emitter<Record<Part | "camera" | "me", void>>}
 */
class State extends Emitter {
  /** @type {Map<string, Camera>} */
  cameras = new Map();
  /** @type {Map<string, Query>} */
  queries = new Map();
  /** @type {Map<string, Rule>} */
  rules = new Map();
  /** @type {Map<string, Webhook>} */
  webhooks = new Map();
  /** By kind/id. @type {Map<string, Mute>} */
  mutes = new Map();
  /** Those that have changed since the page was opened, by alert. @type {Map<string, AlertReview>} */
  reviews = new Map();
  /** @type {Map<string, CameraStatus>} */
  status = new Map();
  /** @type {Map<string, WorkerStatus>} */
  workers = new Map();
  /** When each camera's status came, by the page's clock. @type {Map<string, number>} */
  #told = new Map();
  /** Id of the camera that is shown, or "": at first the one that the address names. */
  camera = router.here().view === "camera" && router.here().id || (localStorage.getItem("camera") ?? "");
  /** Queries that are not drawn. @type {Set<string>} */
  hidden = new Set();
  /** Who looks at the page, and what they may do. @type {Me} */
  me = { name: "", role: "VIEWER", cameras: [], way: "LOCAL", hasPassword: false };
  /** The service's clock less this machine's, milliseconds. */
  clockOffset = 0;
  /** What a new rule starts from, for each measure. @type {RuleFields[]} */
  defaultRules = [];
  #loaded = false;
  /** Changes that come during a load. @type {Change[] | null} */
  #meanwhile = null;

  async load() {
    this.#meanwhile = [];
    this.me = await get("api/me");
    this.emit("me");
    const mayNot = { webhooks: [] };
    /** @type {[{cameras: Camera[]}, {queries: Query[]}, {rules: Rule[]}, {webhooks: Webhook[]}, {mutes: Mute[]}, Status]} */
    const [cameras, queries, rules, webhooks, mutes, status] = await Promise.all([get("api/cameras"), get("api/queries"), get("api/rules"),
      this.me.role === "ADMIN" ? get("api/webhooks") : mayNot, get("api/mutes"), get("api/status")]);
    this.cameras = new Map(cameras.cameras.map((camera) => [camera.id, camera]));
    this.queries = new Map(queries.queries.filter(stays).map((query) => [query.id, query]));
    this.rules = new Map(rules.rules.map((rule) => [rule.id, rule]));
    this.webhooks = new Map(webhooks.webhooks.map((webhook) => [webhook.id, webhook]));
    this.mutes = new Map(mutes.mutes.map((mute) => [mute.id, mute]));
    this.status = new Map(status.cameras.map((one) => [one.camera, one]));
    const now = performance.now();
    this.#told = new Map(status.cameras.map(({ camera, atMs }) =>
      [camera, status.atMs - Number(atMs) > LATE_STATUS_MS ? now - LATE_STATUS_MS : now]));
    this.workers = new Map(status.workers.map((worker) => [worker.worker, worker]));
    this.clockOffset = status.atMs - Date.now();
    this.defaultRules = status.defaultRules;
    const moved = !this.#loaded || !this.cameras.has(this.camera);
    if (!this.cameras.has(this.camera)) this.camera = this.#firstCamera();
    this.#loaded = true;
    // What changed while the answers were under way may not be in them.
    const changes = this.#meanwhile ?? [];
    this.#meanwhile = null;
    for (const change of changes) this.changed(change);
    for (const part of Object.values(PARTS)) this.emit(part);
    if (moved) this.emit("camera");
  }

  /** Says what is known, as if it had just come, for parts of the page that were not there when it came. */
  announce() {
    if (!this.#loaded) return;
    this.emit("me");
    for (const part of Object.values(PARTS)) this.emit(part);
    this.emit("camera");
  }

  /**
   * A definition or status that the service reports as changed; null deletes.
   *
   * @param {Change} change
   */
  changed({ kind, id, value }) {
    const part = PARTS[/** @type {keyof typeof PARTS} */ (kind)];
    if (!part) return;
    this.#meanwhile?.push({ kind, id, value });
    /** @type {Map<string, unknown>} */
    const known = this[part];
    if (value === null || (kind === "queries" && !stays(/** @type {Query} */ (value)))) known.delete(id);
    else known.set(id, value);
    if (part === "status") this.#told.set(id, performance.now());
    if (part === "cameras" && !this.cameras.has(this.camera)) {
      this.show(this.#firstCamera());
    }
    this.emit(part);
  }

  /**
   * A camera is live as long as its status says so, every second or two: who grabs it may have died.
   *
   * @param {string} camera
   */
  isLive(camera) {
    return this.status.get(camera)?.state === "LIVE"
      && performance.now() - (this.#told.get(camera) ?? 0) < LATE_STATUS_MS;
  }

  /** One that has a picture, if there is any. */
  #firstCamera() {
    const ids = [...this.cameras.keys()];
    return ids.find((id) => this.isLive(id)) ?? ids[0] ?? "";
  }

  /** @param {string} camera is shown in the camera view, when that is shown */
  show(camera) {
    if (this.camera === camera) return;
    this.camera = camera;
    localStorage.setItem("camera", camera);
    this.emit("camera");
    this.emit("cameras");
  }

  /** Now by the service's clock. */
  now() {
    return Date.now() + this.clockOffset;
  }

  /** Queries that run on the shown camera, in the order of their text. */
  cameraQueries() {
    return [...this.queries.values()]
      .filter((query) => !query.cameras.length || query.cameras.includes(this.camera))
      .sort((a, b) => a.text.localeCompare(b.text));
  }

  zones() {
    return this.cameras.get(this.camera)?.zones ?? [];
  }

  /**
   * @param {Measure} measure
   * @param {boolean} below whether the rule alerts on absence
   */
  defaultRule(measure, below) {
    return this.defaultRules.find((rule) => rule.measure === measure && rule.below === below);
  }

  /** Zones that can be measured. */
  measuredZones() {
    return this.zones().filter((zone) => zone.kind !== "EXCLUDE");
  }
}

/** Words that are tried on the page of a camera are no query that people know. @param {Query} query */
const stays = ({ expiresAtMs }) => !Number(expiresAtMs);

export const state = new State();
