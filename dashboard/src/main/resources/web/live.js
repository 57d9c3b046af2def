import { Emitter } from "./emitter.js";
import { state } from "./state.js";

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8000;

/**
 * The WebSocket: pictures as binary messages, everything else as text. Reconnects by itself.
 *
 * @extends {Emitter<LiveEvents>}
 */
class Live extends Emitter {
  /** @type {WebSocket | null} */
  #socket = null;
  #retryMs = FIRST_RETRY_MS;
  #timer = 0;
  connected = false;

  connect() {
    clearTimeout(this.#timer);
    const old = this.#socket;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/live?camera=${encodeURIComponent(state.camera)}`);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    old?.close();
    socket.addEventListener("open", () => {
      this.connected = true;
      this.#retryMs = FIRST_RETRY_MS;
      this.emit("open");
    });
    socket.addEventListener("message", (event) => {
      if (socket === this.#socket) this.#received(event.data);
    });
    socket.addEventListener("close", () => {
      if (socket !== this.#socket) return;
      this.connected = false;
      this.emit("closed");
      this.#timer = window.setTimeout(() => this.connect(), this.#retryMs);
      this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 1.7);
    });
  }

  /**
   * Acknowledges a frame as drawn: the service measures the delay by it, and sends no more than the page can draw.
   *
   * @param {PictureHeader} header
   */
  acknowledge({ epoch, sequence }) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ shown: { epoch, sequence } }));
    }
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

export const live = new Live();
