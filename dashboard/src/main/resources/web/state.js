import { get } from "./api.js";

/** What the page knows. Parts listen for "cameras", "queries", "rules", "webhooks", "status", "workers", "camera". */
class State extends EventTarget {
  cameras = new Map();
  queries = new Map();
  rules = new Map();
  webhooks = new Map();
  status = new Map();
  workers = new Map();
  /** Id of the camera that is shown, or "". */
  camera = "";
  /** Queries that are not drawn. */
  hidden = new Set();
  /** The service's clock less this machine's, milliseconds. */
  clockOffset = 0;
  backtest = false;
  /** What a new rule does unless it is told otherwise. */
  defaultRule = {};
  #loaded = false;

  async load() {
    const [cameras, queries, rules, webhooks, status] = await Promise.all(
      ["/api/cameras", "/api/queries", "/api/rules", "/api/webhooks", "/api/status"].map(get));
    this.cameras = new Map(cameras.cameras.map((c) => [c.id, c]));
    this.queries = new Map(queries.queries.map((q) => [q.id, q]));
    this.rules = new Map(rules.rules.map((r) => [r.id, r]));
    this.webhooks = new Map(webhooks.webhooks.map((w) => [w.id, w]));
    this.status = new Map(status.cameras.map((s) => [s.camera, s]));
    this.workers = new Map(status.workers.map((w) => [w.worker, w]));
    this.clockOffset = status.atMs - Date.now();
    this.backtest = status.backtest;
    this.defaultRule = status.defaultRule;
    const moved = !this.#loaded || !this.cameras.has(this.camera);
    if (!this.cameras.has(this.camera)) this.camera = this.#firstCamera();
    this.#loaded = true;
    for (const part of ["cameras", "queries", "rules", "webhooks", "status", "workers"]) this.announce(part);
    if (moved) this.announce("camera");
  }

  announce(part) {
    this.dispatchEvent(new Event(part));
  }

  on(parts, listener) {
    for (const part of [parts].flat()) this.addEventListener(part, listener);
  }

  /** A definition or status that the service reports as changed; null deletes. */
  changed({ kind, id, value }) {
    const part = { "camera-status": "status", "worker-status": "workers" }[kind] ?? kind;
    if (value === null) this[part].delete(id);
    else this[part].set(id, value);
    if (part === "cameras" && !this.cameras.has(this.camera)) {
      this.show(this.#firstCamera());
    }
    this.announce(part);
  }

  /** One that has a picture, if there is any. */
  #firstCamera() {
    const ids = [...this.cameras.keys()];
    return ids.find((id) => this.status.get(id)?.state === "LIVE") ?? ids[0] ?? "";
  }

  show(camera) {
    if (this.camera === camera) return;
    this.camera = camera;
    localStorage.setItem("camera", camera);
    this.announce("camera");
    this.announce("cameras");
  }

  /** Now by the service's clock. */
  now() {
    return Date.now() + this.clockOffset;
  }

  /** Queries that run on the shown camera, in the order of their text. */
  cameraQueries() {
    return [...this.queries.values()]
      .filter((q) => !q.cameras.length || q.cameras.includes(this.camera))
      .sort((a, b) => a.text.localeCompare(b.text));
  }

  zones() {
    return this.cameras.get(this.camera)?.zones ?? [];
  }
}

export const state = new State();
state.camera = localStorage.getItem("camera") ?? "";
