import { messageOf } from "./api.js";
import { arrowStep, pastKey, stepped } from "./crosshair.js";
import { toast } from "./dom.js";
import { Emitter } from "./emitter.js";
import { nameOf } from "./definitions.js";
import { shapesOf } from "./masks.js";
import { picture } from "./picture.js";
import { state } from "./state.js";
import { t } from "./text.js";
import { activate, deactivate, toolChanged } from "./tools.js";
import { apart, snapped } from "./zonedraft.js";
import { draftHint, showZoneBar, startZoneBar } from "./zonebar.js";
import { paintDraft } from "./zonepaint.js";
import { replaceShape } from "./zonestore.js";

/** @typedef {import("./masks.js").Shaped} Shaped */
/** @typedef {import("./zonedraft.js").ZoneDraft} ZoneDraft */
/** @typedef {import("./zonedraft.js").Corner} Corner */

/** How near counts as on it, pixels of the page; a finger is wider. */
const REACH = 9;
const FINGER = 22;
/** A press that moves less sets, and does not drag. */
const DRAG_PIXELS = 3;
const SAME_PLACE = 4;
/** @type {Record<string, import("./text.js").TextKey>} */
const REFUSALS = { crosses: "camera.zoneCrosses", tooFew: "camera.zoneTooFew", tooMany: "camera.zoneTooMany" };

/**
 * The tool that draws a zone corner by corner, and changes the shape of one. "closed" says that a new one has all its
 * corners and wants a name, "changed" that another draft or none is being worked on.
 *
 * @extends {Emitter<{closed: ZoneDraft, changed: void}>}
 */
class ZoneEditor extends Emitter {
  /** @type {ZoneDraft | null} */
  draft = null;
  /** Those that wait until their camera is shown again. @type {Map<string, ZoneDraft>} */
  #waiting = new Map();
  /** Where the pointer, or the crosshair of the keys, is. @type {(Point & {snapped?: boolean}) | null} */
  #cursor = null;
  /** Whether the crosshair has been moved by keys since a corner was set. */
  #keyed = false;
  /** @type {Corner | null} */
  #chosen = null;
  /** What is dragged, and where it was pressed. @type {{part: import("./zonedraft.js").Part, from: Point} | null} */
  #drag = null;
  /** What the drag makes of the shape. @type {Point[][] | null} */
  #preview = null;
  /** Why the last change was refused. @type {string} */
  #refused = "";
  #finger = false;
  #saving = false;

  start() {
    startZoneBar({
      undo: () => this.#past("undo"), redo: () => this.#past("redo"), remove: () => this.#remove(), finish: () => this.finish(),
      cancel: () => this.cancel(),
    });
    state.on("camera", () => this.#follow());
    state.on("cameras", () => [...this.#waiting.keys()].forEach((id) => state.cameras.has(id) || this.#waiting.delete(id)));
  }

  /** @param {ZoneDraft} draft takes the place of one that is there */
  open(draft) {
    this.draft = draft;
    this.#chosen = null;
    this.#drag = this.#preview = this.#cursor = null;
    this.#keyed = false;
    this.#refused = "";
    activate(this.#tool);
    this.#changed();
    picture.canvas.focus({ preventScroll: true });
    picture.canvas.scrollIntoView({ block: "nearest" });
  }

  /** Goes on drawing the one that was closed. */
  resume() {
    this.draft?.reopen();
    this.#changed();
    picture.canvas.focus({ preventScroll: true });
  }

  /** Gives up what is drawn or changed. */
  cancel() {
    this.draft = null;
    this.#chosen = null;
    deactivate();
    this.#changed();
  }

  /** A draft belongs to its camera: it waits there. */
  #follow() {
    if (this.draft && this.draft.camera !== state.camera) {
      if (this.draft.changed || !this.draft.base) {
        this.#waiting.set(this.draft.camera, this.draft);
        const camera = state.cameras.get(this.draft.camera);
        if (camera) toast(t("camera.zoneWaits", { camera: nameOf(camera) }), "good");
      }
      this.cancel();
    }
    const waiting = this.#waiting.get(state.camera);
    if (waiting && !this.draft) {
      this.#waiting.delete(state.camera);
      this.open(waiting);
    }
  }

  #changed() {
    showZoneBar(this.draft, Boolean(this.#chosen));
    toolChanged();
    this.emit("changed");
  }

  /** @type {Tool} */
  #tool = {
    hint: () => this.#hint(),
    touch: () => true,
    hover: (at) => {
      if (this.#keyed && !at) return false;
      this.#keyed = false;
      this.#cursor = at && this.#snapped(at);
      return true;
    },
    down: (at, event) => this.#down(at, event),
    move: (at, far, event) => this.#move(at, far, event),
    up: (at, event) => this.#up(at, event),
    twice: () => {
      if (this.draft?.open) this.#close();
      return true;
    },
    cancel: () => (this.#drag = this.#preview = null),
    key: (event, onPicture) => this.#key(event, onPicture),
    paint: (context, width, height) => this.#paint(context, width, height),
  };

  #hint() {
    if (!this.draft) return "";
    if (this.#refused) return this.#refused;
    return draftHint(this.draft, this.#keyed ? this.#cursor : null, this.#chosen);
  }

  #size() {
    const { canvas, view } = picture;
    return { width: canvas.clientWidth * view.scale, height: canvas.clientHeight * view.scale };
  }

  get #reach() {
    return this.#finger ? FINGER : REACH;
  }

  /** @param {Point} at */
  #snapped(at) {
    const others = shapesOf(state.cameras.get(state.camera)).filter(({ id }) => id !== this.draft?.base?.id)
      .flatMap(({ rings, kind }) => rings.map(({ points }) => ({ points, closed: kind !== "LINE" })));
    return snapped(at, others, this.#size(), this.#reach);
  }

  /** @param {Point} at @param {PointerEvent} [event] */
  #down(at, event) {
    const { draft } = this;
    this.#finger = event?.pointerType === "touch";
    this.#refused = "";
    this.#keyed = false;
    if (!draft || draft.open) return;
    const part = draft.partAt(at, this.#size(), this.#reach);
    this.#chosen = part?.what === "corner" ? { ring: part.ring, corner: part.corner } : null;
    if (event?.button === 2) this.#remove();
    else if (part) this.#drag = { part, from: at };
    this.#changed();
  }

  /** @param {Point} at @param {number} far @param {PointerEvent} [event] */
  #move(at, far, event) {
    const { draft } = this;
    if (!draft) return;
    const place = event?.altKey ? at : this.#snapped(at);
    if (draft.open) this.#cursor = place;
    if (draft.open || !this.#drag || far < DRAG_PIXELS) return;
    const { part, from } = this.#drag;
    if (part.what === "inside") this.#preview = draft.withAllMoved(at.x - from.x, at.y - from.y);
    else if (part.what === "side") this.#preview = draft.withInserted(part, place);
    else this.#preview = draft.withMoved(part, place);
    this.#cursor = part.what === "inside" ? null : place;
  }

  /** @param {Point} at @param {PointerEvent} event */
  #up(at, event) {
    const { draft } = this;
    if (!draft) return;
    if (draft.open) {
      if (event.button === 0) this.#set(event.altKey ? at : this.#snapped(at));
      return;
    }
    const part = this.#drag?.part;
    // A press on a side without a drag sets a corner there.
    const rings = this.#preview ?? (part?.what === "side" ? draft.withInserted(part, part.at) : null);
    this.#drag = this.#preview = null;
    if (rings && this.#accept(draft.change(rings)) && part?.what === "side") {
      this.#chosen = { ring: part.ring, corner: part.corner + 1 };
    }
    this.#changed();
  }

  /** @param {Point} at of the next corner; on the first one, the zone is closed */
  #set(at) {
    const { draft } = this;
    const [points] = draft?.rings ?? [[]];
    if (!draft) return;
    const last = points.at(-1);
    if (points.length > 2 && apart(at, points[0], this.#size()) <= this.#reach) this.#close();
    // The second click of two is on the same place.
    else if (!last || apart(at, last, this.#size()) > SAME_PLACE) this.#accept(draft.add({ x: at.x, y: at.y }));
    this.#changed();
  }

  #close() {
    const { draft } = this;
    if (!draft || !this.#accept(draft.close())) return;
    this.#changed();
    this.emit("closed", draft);
  }

  /** @param {import("./zonedraft.js").Refusal | null} refusal */
  #accept(refusal) {
    this.#refused = refusal ? t(REFUSALS[refusal]) : "";
    toolChanged();
    return !refusal;
  }

  #remove() {
    const { draft } = this;
    if (!draft || !this.#chosen) return;
    if (this.#accept(draft.remove(this.#chosen))) this.#chosen = null;
    this.#changed();
  }

  /** @param {"undo" | "redo"} which */
  #past(which) {
    this.#chosen = null;
    this.#refused = "";
    this.draft?.[which]();
    this.#changed();
  }

  /** Sets a corner at the crosshair, or ends what is being done. */
  finish() {
    const { draft } = this;
    if (!draft) return;
    if (!draft.open) {
      if (draft.base) this.#save(draft, draft.base);
      else this.emit("closed", draft);
    } else if (this.#keyed && this.#cursor) {
      this.#keyed = false;
      const at = this.#cursor;
      this.#set(at);
      this.#cursor = at;
    } else {
      this.#close();
    }
  }

  /** @param {ZoneDraft} draft @param {Shaped} base */
  async #save(draft, base) {
    if (this.#saving) return;
    this.#saving = true;
    try {
      if (draft.changed) await replaceShape(draft.camera, base, { ...base, rings: draft.rings.map((points) => ({ points })) });
      if (this.draft === draft) this.cancel();
    } catch (failure) {
      this.#refused = messageOf(failure);
      toolChanged();
    } finally {
      this.#saving = false;
    }
  }

  /** @param {KeyboardEvent} event @param {boolean} onPicture @returns {(() => void) | null} */
  #key(event, onPicture) {
    const { draft } = this;
    if (!draft) return null;
    const past = pastKey(event);
    if (past) return () => this.#past(past);
    if (event.ctrlKey || event.metaKey || event.altKey) return null;
    const back = draft.open ? () => this.#past("undo") : () => this.#remove();
    /** @type {Record<string, () => void>} */
    const anywhere = { Escape: () => this.cancel(), Backspace: back, Delete: back };
    return anywhere[event.key] ?? (onPicture ? this.#pictureKey(event, draft) : null);
  }

  /** @param {KeyboardEvent} event @param {ZoneDraft} draft @returns {(() => void) | null} */
  #pictureKey(event, draft) {
    const step = arrowStep(event);
    if (step) return () => this.#step(step);
    if (event.key === "Enter") return () => this.finish();
    if (event.key === "Insert" || event.key === "i") return this.#chosen && (() => this.#insert());
    const next = event.key === "Tab" && !draft.open ? draft.step(this.#chosen, event.shiftKey ? -1 : 1) : null;
    return next && (() => {
      this.#chosen = next;
      this.#changed();
    });
  }

  /** @param {[number, number]} step of the crosshair, the chosen corner, or all */
  #step(step) {
    const { draft } = this;
    if (!draft) return;
    this.#refused = "";
    if (draft.open) {
      const start = this.#cursor ?? draft.rings[0].at(-1) ?? { x: 0.5, y: 0.5 };
      this.#cursor = stepped(start, step);
      this.#keyed = true;
      toolChanged();
      return;
    }
    const chosen = this.#chosen;
    this.#accept(draft.change(chosen
      ? draft.withMoved(chosen, stepped(draft.rings[chosen.ring][chosen.corner], step))
      : draft.withAllMoved(...step)));
    this.#changed();
  }

  /** Sets a corner half way to the next one. */
  #insert() {
    const chosen = this.#chosen;
    if (!this.draft || !chosen) return;
    const rings = this.draft.withInserted(chosen, this.draft.halfWay(chosen));
    if (this.#accept(this.draft.change(rings))) this.#chosen = { ring: chosen.ring, corner: chosen.corner + 1 };
    this.#changed();
  }

  /** @type {Layer} */
  #paint(context, width, height) {
    const { draft } = this;
    if (!draft) return;
    const rings = this.#preview ?? draft.rings;
    const cursor = this.#cursor;
    const over = cursor && !draft.open && !this.#drag ? draft.partAt(cursor, this.#size(), this.#reach) : null;
    paintDraft(context, width, height, {
      rings, closed: draft.closed,
      bad: draft.open ? Boolean(cursor && draft.wouldCross(cursor)) : this.#preview !== null && draft.crosses(rings),
      next: draft.open ? cursor : null,
      chosen: this.#chosen,
      ghost: over?.what === "side" ? over.at : cursor?.snapped ? cursor : null,
      crosshair: this.#keyed ? cursor : null,
    });
  }
}

export const zoneEditor = new ZoneEditor();
