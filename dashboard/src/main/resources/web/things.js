import { PendingAnswers, isAfter } from "./answers.js";
import { messageOf, post, remove } from "./api.js";
import { toast } from "./dom.js";
import { Emitter } from "./emitter.js";
import { History } from "./history.js";
import { randomId } from "./id.js";
import { live } from "./live.js";
import { picture, shapeOf } from "./picture.js";
import { state } from "./state.js";
import { t } from "./text.js";

/** As many as the service takes with one prompt. */
const MOST_POINTS = 32;
const COLORS = ["#ffffff", "#ffd84a", "#7ee0ff", "#ffa3d1", "#b6f09c", "#ffb37a", "#c9b6ff", "#8ff0d4"];

/**
 * One thing that is outlined.
 *
 * @typedef {object} Thing
 * @property {string} id of its prompt
 * @property {number} number that people see
 * @property {string} color
 * @property {History<Asked>} asked
 * @property {(InstanceAnswer & {shape: Shape | null}) | null} answer the newest
 * @property {PendingAnswers} pending
 * @property {boolean} waiting for an answer to what was asked last
 * @property {Promise<unknown>} sent ends when the service has it
 * @typedef {{points: PromptPoint[], box?: Box}} Asked
 */

/**
 * The things that are outlined on the camera that is shown, each a prompt of its own. A point goes to the chosen one.
 *
 * @extends {Emitter<{changed: void}>}
 */
class Things extends Emitter {
  /** @type {Thing[]} */
  all = [];
  /** @type {Thing | null} */
  chosen = null;
  /** Whether a mask is to be followed from frame to frame. */
  track = true;
  /** The one whose last point was taken back. @type {Thing | null} */
  #undone = null;
  #numbers = 0;
  #hasPaused = false;

  start() {
    live.on("instance", (answer) => this.#received(answer));
    picture.on("shown", ({ header }) => {
      for (const thing of this.all) {
        const due = thing.pending.upTo(header);
        if (due) this.#apply(thing, due);
      }
    });
    state.on("camera", () => this.clear());
  }

  /**
   * Asks for the mask of a thing by one point more, or by a box.
   *
   * @param {PromptPoint | null} point
   * @param {Box} [box]
   */
  add(point, box) {
    const asked = this.chosen?.asked.now ?? { points: [] };
    if ((point && !point.inside && !this.chosen) || state.me.role === "VIEWER") return;
    if (asked.points.length >= MOST_POINTS && point) {
      toast(t("camera.tooManyPoints", { n: MOST_POINTS }));
      return;
    }
    const next = point ? { ...asked, points: [...asked.points, point] } : { points: [], box };
    if (this.chosen) {
      this.chosen.asked.push(next);
      if (box) this.chosen.answer = null;
    } else {
      this.chosen = this.#thing(next);
    }
    this.#ask(this.chosen);
  }

  /** @param {Asked} asked @returns {Thing} */
  #thing(asked) {
    this.#undone = null;
    const number = this.all.length ? this.#numbers + 1 : 1;
    this.#numbers = number;
    /** @type {Thing} */
    const thing = {
      id: randomId(), number, color: COLORS[(number - 1) % COLORS.length], asked: new History(asked), answer: null,
      pending: new PendingAnswers(), waiting: true, sent: Promise.resolve(),
    };
    this.all = [...this.all, thing];
    return thing;
  }

  /** @param {Thing} thing */
  async #ask(thing) {
    if (!picture.shown) return;
    const { camera, epoch, sequence } = picture.shown.header;
    // A mask belongs to one frame: unless it is followed, that frame stays.
    if (!this.track && !picture.paused) {
      this.#hasPaused = true;
      picture.pause(true);
    }
    const request = { id: thing.id, camera, epoch, sequence, ...thing.asked.now, track: this.track };
    const before = thing.sent.catch(() => {});
    thing.waiting = true;
    // In order: a refinement must not overtake what it refines.
    const sent = before.then(() => post("api/prompts", request));
    thing.sent = sent;
    this.emit("changed");
    try {
      await sent;
    } catch (failure) {
      toast(t("camera.promptNotSent", { problem: messageOf(failure) }));
      if (thing.sent === sent) this.#forget(thing);
    }
  }

  /** @param {Thing | null} thing gets the next points; null to begin another */
  choose(thing) {
    this.chosen = thing;
    this.emit("changed");
  }

  /** Takes the chosen thing's last point back; with its first one, it is gone. */
  undo() {
    const thing = this.chosen;
    if (!thing) return;
    if (thing.asked.undo()) {
      this.#ask(thing);
    } else {
      this.remove(thing);
      this.#undone = thing;
    }
  }

  redo() {
    const undone = this.#undone;
    if (this.chosen) {
      if (this.chosen.asked.redo()) this.#ask(this.chosen);
    } else if (undone) {
      this.#undone = null;
      this.all = [...this.all, undone];
      this.chosen = undone;
      this.#ask(undone);
    }
  }

  get canUndo() {
    return Boolean(this.chosen);
  }

  get canRedo() {
    return this.chosen ? this.chosen.asked.canRedo : Boolean(this.#undone);
  }

  /** @param {Thing} thing is outlined no more; the worker stops to follow it */
  remove(thing) {
    this.#forget(thing);
    thing.sent.then(() => remove(`api/prompts/${thing.id}`)).catch(() => {
      // The service has no such prompt, or is away: there is nothing to end.
    });
  }

  clear() {
    for (const thing of this.all) this.remove(thing);
    this.#undone = null;
  }

  /** @param {Thing} thing */
  #forget(thing) {
    this.all = this.all.filter((other) => other !== thing);
    thing.pending.clear();
    thing.answer = null;
    if (this.chosen === thing) this.chosen = null;
    if (!this.all.length && this.#hasPaused) {
      this.#hasPaused = false;
      picture.pause(false);
    }
    this.emit("changed");
  }

  /** @param {InstanceAnswer} answer */
  #received(answer) {
    const thing = this.all.find(({ id }) => id === answer.prompt);
    if (!thing) return;
    if (picture.shown && isAfter(answer, picture.shown.header)) thing.pending.add(answer);
    else this.#apply(thing, answer);
  }

  /** @param {Thing} thing @param {InstanceAnswer} answer */
  #apply(thing, answer) {
    thing.waiting = false;
    if (answer.lost) toast(t("camera.lost", { n: thing.number }), "good");
    else if (answer.error) toast(answer.error);
    if (!answer.error) thing.answer = { ...answer, shape: shapeOf(answer.mask) };
    else if (!thing.answer && !answer.lost) this.#forget(thing);
    this.emit("changed");
  }
}

export const things = new Things();
