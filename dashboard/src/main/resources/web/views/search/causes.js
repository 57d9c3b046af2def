import { duration } from "../../format.js";
import { t } from "../../text.js";

/** @type {Partial<Record<SearchFailure["cause"], import("../../text.js").TextKey>>} */
const FAILURES = { TOO_LONG: "search.tooLong", BROKEN: "search.broke" };
/** @type {Partial<Record<UnreadableFeatures["cause"], import("../../text.js").TextKey>>} */
const UNREADABLE = {
  NEWER_FORMAT: "search.newerFormat", BROKEN_RECORD: "search.brokenRecord", MODEL_GONE: "search.modelGone", MODEL_UNUSABLE: "search.modelUnusable",
  OTHER_MODEL: "search.otherModel",
};

/**
 * Why a search failed, in the page's words; in the service's own, where that is newer than the page.
 *
 * @param {SearchFailure} failure
 */
export function failureWords({ cause, about, longestMs, detail }) {
  const key = FAILURES[cause];
  return key ? t(key, { about, time: duration(longestMs) }).trim() : detail;
}

/** Why frames could not be searched. @param {UnreadableFeatures} some */
export function unreadableWords({ cause, about, reason }) {
  const key = UNREADABLE[cause];
  return key ? t(key, { about }) : reason;
}
