import { when } from "../../format.js";
import { language, t } from "../../text.js";
import { bytesText } from "./faults.js";

/**
 * What `GET /api/storage` answers; what is not known is left out.
 *
 * @typedef {{bytes?: number, records: number, oldestMs?: number, newestMs?: number, keptMs?: number, longestKeptMs?: number,
 *   allowedBytes?: number, bytesPerDay?: number, willHoldBytes?: number, limit: "TIME" | "SIZE" | "NONE" | "UNKNOWN", keepsMs?: number,
 *   limitInMs?: number}} Held
 * @typedef {Held & {topic: string, copies: number, partitions: number}} HeldTopic
 * @typedef {Held & {kind: string, topics: HeldTopic[]}} HeldKind
 * @typedef {{usedBytes?: number, allowedBytes: number, willHoldBytes?: number, totalBytes?: number, freeBytes?: number, roomBytes?: number,
 *   holdsAllowed?: boolean, holdsForecast?: boolean}} Disk
 * @typedef {{camera: string, requestedAtMs: string, finishedAtMs: string, goneByMs: string,
 *   topics: {topic: string, deleted: boolean, goneByMs: string, reason: string}[]}} Erasure
 * @typedef {{atMs: number, copies: number, kinds: HeldKind[], total: Held, disk: Disk, remarks: string[]}} Storage
 */

/** @type {Record<string, import("../../text.js").TextKey>} */
const KINDS = { frames: "storage.frames", features: "storage.features", thumbnails: "storage.thumbnails", evidence: "storage.evidence",
  observations: "storage.observations", areas: "storage.areas", alerts: "storage.alerts", audit: "storage.audit", failures: "storage.failures",
  definitions: "storage.definitions", internal: "storage.internal" };

/** @param {string} kind */
export const kindName = (kind) => (KINDS[kind] ? t(KINDS[kind]) : kind);
/** @param {number | undefined} bytes */
export const size = (bytes) => (bytes === undefined ? "–" : bytesText(bytes, language));

/**
 * A long time in one unit.
 *
 * @param {number} ms
 */
export function span(ms) {
  if (ms < 3_600_000) return t("storage.minutes", { min: Math.max(1, Math.floor(ms / 60_000)) });
  return ms < 172_800_000 ? t("storage.hours", { h: Math.floor(ms / 3_600_000) }) : t("storage.days", { d: Math.floor(ms / 86_400_000) });
}

/** @param {Held} held */
export function kept({ keptMs, longestKeptMs }) {
  if (!keptMs) return t("storage.forEver");
  return keptMs === longestKeptMs || !longestKeptMs ? span(keptMs) : t("storage.fromTo", { from: span(keptMs), to: span(longestKeptMs) });
}

/**
 * Which bound ends it first, in a sentence.
 *
 * @param {Held} held
 */
export function sentence(held) {
  const values = { kept: kept(held), will: size(held.willHoldBytes), fits: span(held.keepsMs ?? 0), left: span(held.limitInMs ?? 0) };
  const reached = held.limitInMs === 0;
  if (held.limit === "TIME") return t(reached ? "storage.byTimeNow" : "storage.byTime", values);
  if (held.limit === "SIZE") return t(reached ? "storage.bySizeNow" : "storage.bySize", values);
  if (held.limit === "NONE") return t("storage.byNothing");
  return t(held.records ? "storage.noRate" : "storage.empty", values);
}

/**
 * Cells of a row, in the order of the columns.
 *
 * @param {Held} held
 * @param {number} now
 */
export const cells = (held, now) => [size(held.bytes), size(held.bytesPerDay), size(held.willHoldBytes), size(held.allowedBytes),
  new Intl.NumberFormat(language).format(held.records), held.oldestMs ? when(held.oldestMs, now) : "–", sentence(held)];

/**
 * Whether the disk holds it, and what to do where it does not.
 *
 * @param {Storage} storage
 * @returns {{kind: "bad" | "warn" | "good" | "", text: string}}
 */
export function verdict({ disk, kinds }) {
  const values = { allowed: size(disk.allowedBytes), will: size(disk.willHoldBytes), room: size(disk.roomBytes), free: size(disk.freeBytes),
    used: size(disk.usedBytes), kinds: largest(kinds) };
  if (disk.roomBytes === undefined) return { kind: "", text: t("storage.diskUnknown", values) };
  if (!disk.holdsForecast) return { kind: "bad", text: t("storage.diskWillFill", values) };
  if (!disk.holdsAllowed) return { kind: "warn", text: t("storage.diskSmall", values) };
  return { kind: "good", text: t("storage.diskHolds", values) };
}

/**
 * Names of the two kinds that may take most.
 *
 * @param {HeldKind[]} kinds
 */
const largest = (kinds) => kinds.filter(({ allowedBytes }) => allowedBytes)
  .sort((a, b) => (b.willHoldBytes ?? 0) - (a.willHoldBytes ?? 0) || (b.allowedBytes ?? 0) - (a.allowedBytes ?? 0))
  .slice(0, 2).map(({ kind }) => kindName(kind)).join(", ");

/**
 * Where the past of a deleted camera is: hidden from everybody, and from when on it is off Kafka's disks.
 *
 * @param {Erasure} erasure
 * @param {number} now
 */
export function erasureText({ requestedAtMs, finishedAtMs, goneByMs }, now) {
  const values = { since: when(requestedAtMs, now), by: when(goneByMs, now) };
  if (!Number(finishedAtMs)) return t("storage.erasing", values);
  if (!Number(goneByMs)) return t("storage.erasedUnknown", values);
  return t(Number(goneByMs) > now ? "storage.erased" : "storage.erasedGone", values);
}

/**
 * What became of a topic of it.
 *
 * @param {Erasure["topics"][number]} topic
 * @param {number} now
 */
export const erasedTopicText = ({ topic, deleted, goneByMs, reason }, now) => t(deleted ? "storage.topicDeleted" : "storage.topicHidden",
  { topic, by: Number(goneByMs) ? when(goneByMs, now) : t("storage.unknownTime") }) + (reason ? ` ${reason}.` : "");
