import { ask } from "./api.js";
import { Emitter } from "./emitter.js";
import { Liveness } from "./liveness.js";
import { router } from "./router.js";
import { state } from "./state.js";
import { wanted } from "./watching.js";

const CHECK_MS = 250;
/** A handshake that takes longer is given up: its answer is lost. */
const OPEN_WITHIN_MS = 6000;
/** Tiles come into view one by one. */
const TELL_AFTER_MS = 60;

/**
 * The WebSocket: pictures as binary messages, everything else as text. The service says something every two seconds; when
 * it does not, what the page shows is no longer live, and soon a new connection is made.
 *
 * @extends {Emitter<LiveEvents>}
 */
class Live extends Emitter {
  /** @type {WebSocket | null} */
  #socket = null;
  #liveness = new Liveness();
  #retry = 0;
  #opening = 0;
  /** Whether the service has been heard in the last seconds. */
  connected = false;

  /** What each part of the page wants. @type {Map<string, import("./watching.js").Wanted[]>} */
  #parts = new Map();
  /** What the service was told last over this connection. */
  #told = "";
  #telling = 0;
  /** Whether the camera view is there: a picture that nobody takes would be answered by nobody. */
  #viewed = false;

  constructor() {
    super();
    setInterval(() => this.#check(), CHECK_MS);
    addEventListener("online", () => this.#doubt());
    addEventListener("offline", () => this.#mark(false));
    // A page that is shown for the first time is still opening its first connection.
    addEventListener("pageshow", ({ persisted }) => persisted && this.#doubt());
    state.on("cameras", () => this.#tell());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#check();
      this.#tell();
    });
  }

  /** The camera that is seen is sent in full, with what is found out about it. */
  follow() {
    const camera = this.#viewed && seenCamera();
    this.watch("camera", camera ? [{ id: camera, facts: true }] : []);
  }

  /**
   * What this part of the page is sent from now on, in place of what it wanted before.
   *
   * @param {string} part
   * @param {import("./watching.js").Wanted[]} cameras
   */
  watch(part, cameras) {
    if (cameras.length) this.#parts.set(part, cameras);
    else this.#parts.delete(part);
    if (!this.#socket && !this.#retry) this.connect();
    clearTimeout(this.#telling);
    this.#telling = window.setTimeout(() => this.#tell(), TELL_AFTER_MS);
  }

  #tell() {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    // The service refuses what this user may not see, and a camera may be gone before its part of the page is.
    const known = [...this.#parts.values()].map((cameras) => cameras.filter(({ id }) => state.cameras.has(id)));
    const text = JSON.stringify({ watch: wanted(known, document.hidden) });
    if (text !== this.#told) this.#socket.send(text);
    this.#told = text;
  }

  /** Opens the connection, in place of the one before. */
  connect() {
    clearTimeout(this.#retry);
    clearTimeout(this.#opening);
    const url = new URL("api/live", document.baseURI);
    url.protocol = url.protocol.replace("http", "ws");
    const old = this.#socket;
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    old?.close();
    this.#opening = window.setTimeout(() => this.#lost(socket, false), OPEN_WITHIN_MS);
    socket.addEventListener("open", () => {
      if (socket !== this.#socket) return;
      clearTimeout(this.#opening);
      this.#liveness.opened(Date.now(), performance.now());
      this.#mark(true);
      this.#told = "";
      this.#tell();
      this.emit("open");
    });
    socket.addEventListener("message", (event) => {
      if (socket !== this.#socket) return;
      this.#liveness.heard(Date.now(), performance.now());
      this.#mark(true);
      this.#received(event.data);
    });
    socket.addEventListener("close", (event) => this.#lost(socket, !event.wasClean));
  }

  /** The camera view is there: its camera is sent from now on, and its parts hear that the connection is open, if it is. */
  join() {
    this.#viewed = true;
    this.follow();
    if (this.#socket?.readyState === WebSocket.OPEN) this.emit("open");
  }

  /**
   * Acknowledges a frame as drawn: the service measures the delay by it, and sends no more than the page can draw.
   *
   * @param {PictureHeader} header
   */
  acknowledge({ camera, epoch, sequence }) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ shown: { camera, epoch, sequence } }));
    }
  }

  #check() {
    const verdict = this.#liveness.judge(Date.now(), performance.now());
    if (verdict !== "live" && this.#socket?.readyState === WebSocket.OPEN) {
      this.#mark(false);
      if (verdict === "lost") this.#lost(this.#socket, false);
    }
  }

  /** The network may have changed: a connection that is still good is heard soon. */
  #doubt() {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#liveness.doubt(Date.now(), performance.now());
    else if (this.#socket) this.connect();
  }

  /** @param {boolean} connected */
  #mark(connected) {
    if (this.connected === connected) return;
    this.connected = connected;
    document.documentElement.dataset.live = connected ? "yes" : "no";
    this.emit(connected ? "heard" : "silent");
  }

  /**
   * Makes a new connection after a while, each time a longer one.
   *
   * @param {WebSocket} socket
   * @param {boolean} refused whether the service may have a reason to tell
   */
  #lost(socket, refused) {
    if (socket !== this.#socket) return;
    clearTimeout(this.#opening);
    clearTimeout(this.#retry);
    this.#socket = null;
    // A closing handshake would wait for the other side.
    socket.close();
    this.#mark(false);
    this.emit("closed");
    this.#retry = window.setTimeout(() => this.connect(), this.#liveness.nextRetryMs());
    if (refused) this.#askWhy();
  }

  /** A browser does not tell a page why a WebSocket is refused; the same address without one does. */
  async #askWhy() {
    const reason = await ask("api/live");
    if (!this.#socket && reason) this.emit("refused", reason);
  }

  /** @param {string | ArrayBuffer} data */
  #received(data) {
    if (typeof data === "string") {
      const message = JSON.parse(data);
      if (message.type === "changed") state.changed(message);
      else this.emit(message.type, message.value);
      return;
    }
    const length = new DataView(data).getUint32(0);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
    const jpeg = new Blob([new Uint8Array(data, 4 + length)], { type: "image/jpeg" });
    this.emit("picture", { header, jpeg });
  }
}

/** Only the camera view shows a camera's pictures. */
export const seenCamera = () => (router.here().view === "camera" ? state.camera : "");

export const live = new Live();
