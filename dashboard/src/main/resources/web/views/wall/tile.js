import { h, mark, write } from "../../dom.js";
import { duration, percent } from "../../format.js";
import { live } from "../../live.js";
import { NewestPicture } from "../../newest.js";
import { DEFAULT_COLOR, fillShapes, shapeOf } from "../../overlay.js";
import { link } from "../../router.js";
import { state } from "../../state.js";
import { t } from "../../text.js";
import { conditionOf } from "./condition.js";
import { together } from "./together.js";

const SHARES = 2;
const MAX_RATIO = 2;
const FILL = 0.45;

/** One camera on the wall: its newest picture with the masks, and what is to be said of it. */
export class Tile {
  #newest = new NewestPicture((header, bitmap) => this.#show(header, bitmap), together);
  /** @type {PictureHeader | null} */
  #shown = null;
  #shownAt = 0;
  /** @type {ImageBitmap | null} */
  #bitmap = null;
  /** @type {(QueryMask & {shape: Shape | null})[]} */
  #masks = [];
  inView = false;
  paused = false;
  /** What it is to be sent; see watching.js. */
  fps = 0;
  canvas = h("canvas", { "aria-hidden": "true", width: 1, height: 1 });
  #context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
  #name = h("span", { class: "name" });
  #how = h("span", { class: "how" });
  #cover = h("span", { class: "cover", hidden: true }, h("b", {}), h("span", {}));
  #shares = h("span", { class: "shares", "aria-hidden": "true" });
  #bell = h("span", { class: "bell", hidden: true });
  #link = h("a", { class: "open", draggable: "false" }, this.canvas, this.#cover, this.#shares, this.#bell,
    h("span", { class: "caption" }, h("span", { class: "dot", "aria-hidden": "true" }), this.#name, this.#how));
  element = h("li", { class: "tile", draggable: "true", "data-testid": "wall-tile" }, this.#link);

  /** @param {string} id of the camera */
  constructor(id) {
    this.id = id;
    this.#link.setAttribute("href", link("camera", id));
    this.element.dataset.camera = id;
  }

  get link() {
    return this.#link;
  }

  /** @param {{header: PictureHeader, jpeg: Blob}} next */
  receive(next) {
    if (!this.inView || this.paused || document.hidden) live.acknowledge(next.header);
    else this.#newest.receive(next);
  }

  /**
   * @param {PictureHeader} header
   * @param {ImageBitmap} bitmap
   */
  #show(header, bitmap) {
    this.#bitmap?.close();
    this.#bitmap = bitmap;
    this.#shown = header;
    this.#shownAt = performance.now();
    this.#masks = (header.queries ?? []).map((query) => ({ ...query, shape: shapeOf(query.mask) }));
    this.draw();
    this.tell();
  }

  draw() {
    if (!this.#bitmap) return;
    const { canvas } = this;
    const ratio = Math.min(MAX_RATIO, window.devicePixelRatio || 1);
    const { width, height } = this.#bitmap;
    const box = this.#link.getBoundingClientRect();
    const scale = Math.min(box.width / width, box.height / height) * ratio;
    const [w, tall] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
    if (canvas.width !== w || canvas.height !== tall) Object.assign(canvas, { width: w, height: tall });
    this.#context.imageSmoothingQuality = "high";
    this.#context.drawImage(this.#bitmap, 0, 0, w, tall);
    const seen = this.#masks.flatMap(({ id, shape }) => (shape && isDrawn(id)
      ? [{ shape, color: state.queries.get(id)?.color || DEFAULT_COLOR }] : []));
    fillShapes(this.#context, seen, FILL);
  }

  /** Milliseconds, by the service's clock or this page's; null when there is no picture. */
  #age() {
    return this.#shown ? Math.max(0, state.now() - this.#shown.capturedAt, performance.now() - this.#shownAt) : null;
  }

  /** Writes what has changed of the camera's state. @param {number} [alerts] that are open */
  tell(alerts = this.alerts) {
    this.alerts = alerts;
    const { look, ageMs } = this.#condition();
    const said = this.paused ? "paused" : look;
    mark(this.element, { class: `tile ${said}${alerts ? " alarmed" : ""}${this.#shown ? "" : " blank"}` });
    write(this.#name, state.cameras.get(this.id)?.name || this.id);
    write(this.#how, howWords(said, ageMs));
    this.#tellCover(look);
    mark(this.#bell, { hidden: !alerts });
    if (alerts) write(this.#bell, t(alerts === 1 ? "wall.alert" : "wall.alerts", { n: alerts }));
    this.#tellShares(look === "live");
  }

  #condition() {
    const fps = Math.min(this.#shown?.fps || this.fps, this.fps);
    const known = {
      disabled: Boolean(state.cameras.get(this.id)?.disabled), state: state.status.get(this.id)?.state, isLive: state.isLive(this.id),
    };
    const now = conditionOf(known, this.#age(), fps);
    return now.look === "live" && !live.connected ? { ...now, look: /** @type {const} */ ("stale") } : now;
  }

  /** Why there is no live picture, and what to do. @param {import("./condition.js").Look} look */
  #tellCover(look) {
    const hidden = look === "live" || look === "stale" || this.paused;
    mark(this.#cover, { hidden });
    if (hidden) return;
    const [what, why] = this.#cover.children;
    write(what, t(`wall.${look}`));
    write(why, look === "silent" ? t("wall.silentReason") : state.status.get(this.id)?.reason ?? "");
  }

  alerts = 0;

  /** @param {boolean} isLive what was seen long ago is not told */
  #tellShares(isLive) {
    const most = isLive ? this.#masks.filter(({ id, share }) => share > 0 && isDrawn(id)).sort((a, b) => b.share - a.share) : [];
    const texts = most.slice(0, SHARES).map(({ id, share }) => {
      const query = state.queries.get(id);
      return [query?.text ?? id, percent(share), query?.color];
    });
    const text = JSON.stringify(texts);
    if (this.#shares.dataset.text === text) return;
    this.#shares.dataset.text = text;
    this.#shares.replaceChildren(...texts.map(([name, share, color]) => h("span", { color: color || DEFAULT_COLOR }, `${name} ${share}`)));
  }

  /** Nothing is kept of a tile that is gone. */
  close() {
    this.#bitmap?.close();
    this.#bitmap = null;
    this.#newest.clear();
    this.#shown = null;
    this.#masks = [];
    this.canvas.width = 1;
  }
}

/**
 * @param {import("./condition.js").Look | "paused"} look
 * @param {number} ageMs
 */
function howWords(look, ageMs) {
  if (look === "live") return "";
  return look === "stale" ? t("wall.stale", { age: duration(ageMs) }) : t(`wall.${look}`);
}

/** @param {string} query */
function isDrawn(query) {
  const known = state.queries.get(query);
  return Boolean(known) && !known?.disabled && !state.hidden.has(query);
}
