import { h } from "../../dom.js";
import { t } from "../../text.js";

/** @param {HTMLElement} element */
export function show(element) {
  element.replaceChildren(h("h1", {}, t("common.alerts")));
}

export function hide() {}
