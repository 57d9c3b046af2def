import { state } from "./state.js";

/**
 * The WebSocket: pictures as binary messages, everything else as text. Connects anew by itself. Events: "picture",
 * "alert", "area", "instance", "open", "closed".
 */
class Live extends EventTarget {
  #socket = null;
  #retryMs = 500;
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
      this.#retryMs = 500;
      this.dispatchEvent(new Event("open"));
    });
    socket.addEventListener("message", (event) => {
      if (socket === this.#socket) this.#received(event.data);
    });
    socket.addEventListener("close", () => {
      if (socket !== this.#socket) return;
      this.connected = false;
      this.dispatchEvent(new Event("closed"));
      this.#timer = setTimeout(() => this.connect(), this.#retryMs);
      this.#retryMs = Math.min(8000, this.#retryMs * 1.7);
    });
  }

  /** Tells the service that this frame is drawn: it measures by it, and sends no more than the page can draw. */
  shown({ epoch, sequence }) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ shown: { epoch, sequence } }));
    }
  }

  #received(data) {
    if (typeof data === "string") {
      const message = JSON.parse(data);
      if (message.type === "changed") state.changed(message);
      else this.dispatchEvent(new CustomEvent(message.type, { detail: message.value }));
      return;
    }
    const length = new DataView(data).getUint32(0);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
    const jpeg = new Blob([new Uint8Array(data, 4 + length)], { type: "image/jpeg" });
    this.dispatchEvent(new CustomEvent("picture", { detail: { header, jpeg } }));
  }
}

export const live = new Live();
