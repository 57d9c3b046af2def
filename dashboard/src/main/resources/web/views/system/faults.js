import { isRefused } from "../../encryption.js";

/**
 * What `GET /api/system` answers; `process` only to admins.
 *
 * @typedef {{ready?: boolean, degraded?: boolean, role: string}} RoleState
 * @typedef {{version?: string, java: string, uptimeMs: number, heapUsedBytes: number, heapMaxBytes: number, residentBytes?: number,
 *   dataUsedBytes?: number, dataFreeBytes?: number, roles: RoleState[], lag: {role: string, topic: string, records: number}[]}} Process
 * @typedef {{atMs: number, reconnectsLastHour: Record<string, number>, skippedLastHour: Record<string, number>,
 *   workerFps: Record<string, number>, process?: Process}} System
 */

/** @typedef {"openCamera" | "resumeCamera" | "trustCertificate" | "openWebhook" | "openQuery" | ""} Action what a button can do about it */

/**
 * Something that does not work, or not well.
 *
 * @typedef {object} Fault
 * @property {string} key
 * @property {"bad" | "warn"} kind
 * @property {import("../../text.js").TextKey} text
 * @property {Record<string, string | number>} values
 * @property {string} remedy the service's own words, or ""
 * @property {Action} action
 * @property {string} id of what the action is about
 * @property {boolean} [again] whether it is a camera that may be connected again at once
 */

/**
 * @typedef {object} Seen
 * @property {Camera[]} cameras
 * @property {(camera: string) => CameraStatus | undefined} status
 * @property {(camera: string) => boolean} isLive
 * @property {WorkerStatus[]} workers
 * @property {System | null} system
 * @property {WebhookStatus[]} webhooks
 * @property {number} now
 */

export const SILENT_WORKER_MS = 15_000;
/** The live picture waits a second for its overlay. */
const SLOW_MS = 900;
const FORGOTTEN_WORKER_MS = 600_000;
const MANY_RECONNECTS = 5;
const LAG_RECORDS = 5000;
const LITTLE_DISK = 2 ** 30;
const FULL_HEAP = 0.92;
/** In the remark of a worker that keeps nothing because it was told so, which is no fault. */
const TURNED_OFF = "features.interval is 0s";

/**
 * All that is wrong, the worst first.
 *
 * @param {Seen} seen
 * @returns {Fault[]}
 */
export function faultsOf(seen) {
  const found = [...seen.cameras.flatMap((camera) => cameraFaults(camera, seen)), ...workerFaults(seen), ...webhookFaults(seen),
    ...processFaults(seen.system?.process)];
  return [...found.filter(({ kind }) => kind === "bad"), ...found.filter(({ kind }) => kind === "warn")];
}

/**
 * @param {Fault["kind"]} kind
 * @param {Fault["text"]} text
 * @param {Fault["values"]} values
 * @param {{remedy?: string, action?: Action, id?: string}} [about]
 * @returns {Fault}
 */
const fault = (kind, text, values, { remedy = "", action = "", id = "" } = {}) =>
  ({ key: `${text}/${id || Object.values(values).join("/")}`, kind, text, values, remedy, action, id });

/**
 * @param {Camera} camera
 * @param {Seen} seen
 * @returns {Fault[]}
 */
function cameraFaults(camera, seen) {
  const status = seen.status(camera.id);
  const values = { name: camera.name || camera.id };
  if (camera.disabled) return [fault("warn", "system.cameraPaused", values, { action: "resumeCamera", id: camera.id })];
  if (!status) return [fault("bad", "system.cameraSilent", values, { id: camera.id })];
  if (isRefused(status.encryption)) {
    return [fault("bad", "system.cameraNotTrusted", values, { remedy: status.reason, action: "trustCertificate", id: camera.id })];
  }
  if (status.state === "ENDED") return [];
  return seen.isLive(camera.id) ? liveFaults(camera.id, values, status, seen.system) : [awayFault(camera.id, values, status)];
}

/**
 * @param {string} id
 * @param {{name: string}} values
 * @param {CameraStatus} status
 */
function awayFault(id, values, status) {
  if (status.state === "LIVE") return fault("bad", "system.cameraSilent", values, { id });
  const text = status.state === "STALLED" ? "system.cameraStalled" : "system.cameraOffline";
  return { ...fault("bad", text, values, { remedy: status.reason, action: "openCamera", id }), again: true };
}

/**
 * @param {string} id
 * @param {{name: string}} values
 * @param {CameraStatus} status
 * @param {System | null} system
 */
function liveFaults(id, values, status, system) {
  const n = system?.reconnectsLastHour[id] ?? 0;
  return [
    ...(n >= MANY_RECONNECTS ? [fault("warn", "system.cameraReconnects", { ...values, n }, { action: "openCamera", id })] : []),
    ...(status.reason ? [fault("warn", "system.cameraNote", values, { remedy: status.reason, action: "openCamera", id })] : []),
  ];
}

/**
 * @param {Seen} seen
 * @returns {Fault[]}
 */
function workerFaults({ workers, now, cameras }) {
  const age = (/** @type {WorkerStatus} */ worker) => now - Number(worker.atMs);
  const known = workers.filter((worker) => age(worker) < FORGOTTEN_WORKER_MS);
  const live = known.filter((worker) => age(worker) < SILENT_WORKER_MS);
  const silent = known.filter((worker) => !live.includes(worker)).map((worker) => fault("bad", "system.workerSilent", { name: worker.worker }));
  // A build without a GPU's provider is meant to run on the CPU.
  const fallbacks = live.filter((worker) => worker.provider === "CPU" && /does not start|failed/.test(worker.providerReason))
    .map((worker) => fault("warn", "system.workerProvider", { name: worker.worker }, { remedy: worker.providerReason }));
  const slow = live.filter(({ encoderMs }) => encoderMs > SLOW_MS)
    .map(({ worker, encoderMs }) => fault("warn", "system.workerSlow", { name: worker, ms: Math.round(encoderMs) }, { id: worker }));
  const unkept = live.filter(({ featureLogRemark }) => featureLogRemark && !featureLogRemark.includes(TURNED_OFF))
    .map((worker) => fault("warn", "system.workerKeepsNothing", { name: worker.worker }, { remedy: worker.featureLogRemark }));
  const queries = live.flatMap((worker) => worker.queries).filter(({ reason }) => reason)
    .map(({ query, reason }) => fault("warn", "system.query", { name: query }, { remedy: reason, action: "openQuery", id: query }));
  const none = !live.length && cameras.some(({ disabled }) => !disabled) ? [fault("bad", "system.noWorker", {})] : [];
  return [...none, ...silent, ...fallbacks, ...slow, ...unkept, ...unique(queries)];
}

/** @param {Fault[]} faults those of several workers about the same query are one */
const unique = (faults) => [...new Map(faults.map((one) => [one.key, one])).values()];

/**
 * @param {Seen} seen
 * @returns {Fault[]}
 */
function webhookFaults({ webhooks }) {
  return webhooks.flatMap((status) => {
    const about = { remedy: status.reason || status.lastFailure, action: /** @type {Action} */ ("openWebhook"), id: status.webhook };
    const values = { name: status.webhook, n: Number(status.backlog) };
    if (status.state === "BLOCKED" || status.state === "GONE") return [fault("bad", "system.webhookStopped", values, about)];
    if (status.state === "RETRYING") return [fault("bad", "system.webhookRetrying", values, about)];
    return status.state === "STATE_UNSPECIFIED" ? [fault("bad", "system.webhookSilent", values, about)] : [];
  });
}

/**
 * @param {Process | undefined} process
 * @returns {Fault[]}
 */
function processFaults(process) {
  if (!process) return [];
  const roles = process.roles.flatMap(({ role, ready, degraded }) => ready === false
    ? [fault("bad", "system.roleNotReady", { name: role })] : degraded ? [fault("warn", "system.roleBehind", { name: role })] : []);
  const behind = process.lag.filter(({ records }) => records > LAG_RECORDS)
    .map(({ role, topic, records }) => fault("warn", "system.lagging", { name: role, topic, n: records }));
  const disk = process.dataFreeBytes !== undefined && process.dataFreeBytes < LITTLE_DISK ? [fault("bad", "system.diskFull", {})] : [];
  const heap = process.heapUsedBytes > FULL_HEAP * process.heapMaxBytes ? [fault("warn", "system.heapFull", {})] : [];
  return [...roles, ...disk, ...behind, ...heap];
}

/**
 * @param {number} bytes
 * @param {string} locale
 */
export function bytesText(bytes, locale) {
  const units = /** @type {const} */ (["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"]);
  const power = Math.min(units.length - 1, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(1000)));
  const value = bytes / 1000 ** power;
  return new Intl.NumberFormat(locale, { style: "unit", unit: units[power], maximumFractionDigits: value < 10 && power ? 1 : 0 }).format(value);
}
