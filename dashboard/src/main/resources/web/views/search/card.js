import { h, mark, part, write } from "../../dom.js";
import { clock, duration, percent } from "../../format.js";
import { t } from "../../text.js";
import { thumbnailOf } from "./thumbnails.js";

/** From so many standard deviations on it is worth a word. */
const UNUSUAL = 3;

/**
 * @param {SearchMoment} moment
 * @param {string} href opens it
 * @param {import("./thumbnails.js").Thumbnails} thumbnails
 */
export function makeCard({ peakFrame, peakAtMs }, href, thumbnails) {
  const image = h("img", { alt: "", width: 320, height: 180, ...(peakFrame && { "data-src": thumbnailOf(peakFrame, peakAtMs) }) });
  const card = h("li", { class: "card", "data-testid": "search-moment" }, h("a", { href }, h("span", { class: "unseen-text" }),
    h("span", { class: "frame" }, image, h("span", { class: "missing" }, t("search.noPicture")),
      h("span", { class: "unusual", hidden: true }, t("search.unusual"))),
    h("span", { class: "when" }), h("span", { class: "how" })));
  if (peakFrame) thumbnails.add(image);
  return card;
}

/**
 * @param {HTMLElement} card
 * @param {SearchMoment} moment
 * @param {{shown: boolean, camera: string}} how whether it is open, and the camera's name
 */
export function updateCard(card, moment, { shown, camera }) {
  write(part(card, ".when"), `${clock(moment.fromMs)} · ${lasted(moment)}`);
  write(part(card, ".how"), howMuch(moment));
  part(card, ".unusual").hidden = moment.aboveUsual < UNUSUAL;
  write(part(card, ".unseen-text"), `${camera}, `);
  mark(part(card, "a"), { "aria-current": shown ? "true" : null });
}

/** @param {SearchMoment} moment */
export const lasted = ({ fromMs, toMs, frames }) => (frames > 1 ? duration(Number(toMs) - Number(fromMs)) : t("search.oneFrame"));

/** @param {SearchMoment} moment */
export const howMuch = ({ peakShare, peakProbability }) =>
  t("search.howMuch", { share: percent(peakShare), probability: percent(peakProbability) });
