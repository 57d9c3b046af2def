import { t } from "./text.js";

/** @type {Record<string, import("./text.js").TextKey>} */
const VERDICTS = {
  VERIFIED: "certificate.verified",
  PINNED: "certificate.pinned",
  NOT_VERIFIED: "certificate.notVerified",
  NOT_TRUSTED: "certificate.notTrusted",
  CHANGED: "certificate.changed",
};

/**
 * Whether what goes to and from a camera is encrypted, and how that is known; empty where nothing goes over a network.
 *
 * @param {string} url
 * @param {CameraStatus["encryption"]} seen
 */
export function encryptionWords(url, seen) {
  const scheme = url.replace(/:.*/s, "").toLowerCase();
  if (["rtsp", "http"].includes(scheme)) return t("certificate.notEncrypted");
  if (!isSealed(url)) return "";
  return t(VERDICTS[seen?.verdict ?? ""] ?? "certificate.notSeen");
}

/** @param {string} url */
export const isSealed = (url) => /^(rtsps|https):/i.test(url);

/**
 * Whether a person can let the camera in by trusting what it showed.
 *
 * @param {CameraStatus["encryption"]} seen
 */
export const isRefused = (seen) => seen?.verdict === "NOT_TRUSTED" || seen?.verdict === "CHANGED";

/**
 * What a person compares of a certificate, as names and values.
 *
 * @param {NonNullable<CameraStatus["encryption"]>} seen
 * @returns {[string, string][]}
 */
export function certificateFacts(seen) {
  const day = (/** @type {string} */ ms) => new Date(Number(ms)).toISOString().slice(0, 10);
  return [
    [t("certificate.fingerprint"), seen.fingerprint],
    [t("certificate.issuedTo"), seen.names.length ? t("certificate.subjectFor", { subject: seen.subject, names: seen.names.join(", ") }) : seen.subject],
    [t("certificate.issuedBy"), seen.issuer === seen.subject ? t("certificate.itself") : seen.issuer],
    [t("certificate.valid"), t("certificate.validFromTo", { from: day(seen.notBeforeMs), to: day(seen.notAfterMs) })],
  ];
}
