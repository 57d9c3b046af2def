import { ApiError, post } from "./api.js";
import { h } from "./dom.js";
import { t } from "./text.js";

/**
 * @typedef {{works: boolean, reason: string, width: number, height: number, codec: string, fps: number, firstPictureMs: string,
 *   jpeg: string}} CameraTest
 */

const NOT_FROM_HERE = 501;

/** Tries the camera of a form before it is saved, and shows how it answers. */
export class CameraTrial {
  /** What was tried last, and shown. */
  #tried = "";
  #works = false;
  element = h("div", { class: "trial", role: "status", "data-testid": "camera-trial" });

  /**
   * Whether the camera may be saved: it works, or somebody has seen why not and saves it all the same.
   *
   * @param {Draft<"cameras">} draft
   */
  async accepts(draft) {
    if (draft.disabled || this.#tried === keyOf(draft)) return true;
    await this.run(draft);
    return this.#works;
  }

  /** @param {Draft<"cameras">} draft */
  async run(draft) {
    const key = keyOf(draft);
    this.element.replaceChildren(h("p", { class: "muted" }, t("cameraform.trying")));
    try {
      /** @type {CameraTest} */
      const test = await post("api/cameras/test", draft);
      this.#tried = key;
      this.#works = test.works;
      this.element.replaceChildren(...(test.works ? picture(test) : [h("p", { class: "bad-note" }, test.reason)]));
      this.#reveal();
      this.element.querySelector("img")?.addEventListener("load", () => this.#reveal());
    } catch (failure) {
      this.element.replaceChildren();
      if (!(failure instanceof ApiError) || failure.status !== NOT_FROM_HERE) throw failure;
      this.#tried = key;
      this.#works = true;
      this.element.append(h("p", { class: "muted" }, t("cameraform.notFromHere")));
    }
  }

  /** A phone's screen may end above it. */
  #reveal() {
    this.element.scrollIntoView({ block: "nearest" });
  }

  /** Whether it was tried as it is now and does not work. */
  get failed() {
    return this.#tried !== "" && !this.#works;
  }
}

/**
 * What decides whether it can be reached.
 *
 * @param {Draft<"cameras">} draft
 */
const keyOf = ({ url, username, password, tls, stream }) => JSON.stringify([url, username, password, tls, stream]);

/** @param {CameraTest} test */
function picture({ width, height, codec, fps, firstPictureMs, jpeg }) {
  const facts = [`${width} × ${height}`, codec, fps > 0 ? t("cameraform.fps", { fps: fps.toFixed(fps < 10 ? 1 : 0) }) : "",
    t("cameraform.firstPicture", { s: (Number(firstPictureMs) / 1000).toFixed(1) })].filter(Boolean).join(" · ");
  return [h("img", { src: `data:image/jpeg;base64,${jpeg}`, alt: t("cameraform.picture") }),
    h("p", { class: "good" }, t("cameraform.works")), h("p", { class: "muted" }, facts)];
}
