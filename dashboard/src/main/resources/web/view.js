import { clamp } from "./geometry.js";

const MOST = 16;

/** The part of the picture that is seen: all of it, or magnified around a point. */
export class View {
  /** How many times magnified. */
  scale = 1;
  /** Left and top of what is seen, 0..1 of the picture. */
  x = 0;
  y = 0;

  get isWhole() {
    return this.scale === 1;
  }

  /**
   * Where on the picture a point of the canvas is, each 0..1.
   *
   * @param {Point} at
   * @returns {Point}
   */
  toPicture({ x, y }) {
    return { x: clamp(this.x + x / this.scale), y: clamp(this.y + y / this.scale) };
  }

  /**
   * Magnifies; what is at this point of the canvas stays there.
   *
   * @param {Point} at 0..1 of the canvas
   * @param {number} factor
   */
  zoom({ x, y }, factor) {
    const scale = Math.min(MOST, Math.max(1, this.scale * factor));
    const rounded = scale < 1.02 ? 1 : scale;
    this.x += x / this.scale - x / rounded;
    this.y += y / this.scale - y / rounded;
    this.scale = rounded;
    this.#keep();
  }

  /**
   * @param {number} dx shares of the canvas
   * @param {number} dy
   */
  pan(dx, dy) {
    this.x -= dx / this.scale;
    this.y -= dy / this.scale;
    this.#keep();
  }

  reset() {
    this.scale = 1;
    this.#keep();
  }

  #keep() {
    this.x = clamp(this.x, 1 - 1 / this.scale);
    this.y = clamp(this.y, 1 - 1 / this.scale);
  }
}
