/** @type {Record<string, string>} */
const VERDICTS = {
  VERIFIED: "encrypted, its certificate verified by a CA",
  PINNED: "encrypted, with the certificate that was trusted",
  NOT_VERIFIED: "encrypted, but any certificate is accepted: with whom is not known",
  NOT_TRUSTED: "refused: its certificate is not trusted",
  CHANGED: "refused: its certificate is another one than the trusted one",
};

/**
 * Whether what goes to and from a camera is encrypted, and how that is known; empty where nothing goes over a network.
 *
 * @param {string} url
 * @param {CameraStatus["encryption"]} seen
 */
export function encryptionWords(url, seen) {
  const scheme = url.replace(/:.*/s, "").toLowerCase();
  if (["rtsp", "http"].includes(scheme)) return "not encrypted: anybody in between sees pictures and may change them";
  if (!isSealed(url)) return "";
  return VERDICTS[seen?.verdict ?? ""] ?? "encrypted; no certificate seen yet";
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
    ["SHA-256 fingerprint", seen.fingerprint],
    ["Issued to", seen.names.length ? `${seen.subject}, for ${seen.names.join(", ")}` : seen.subject],
    ["Issued by", seen.issuer === seen.subject ? "itself" : seen.issuer],
    ["Valid", `${day(seen.notBeforeMs)} to ${day(seen.notAfterMs)}`],
  ];
}
