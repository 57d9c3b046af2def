import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesText, faultsOf } from "../src/main/resources/web/views/system/faults.js";

const NOW = 1_700_000_000_000;

/** @param {Partial<import("../src/main/resources/web/views/system/faults.js").Seen>} seen */
const faults = (seen) => faultsOf({
  cameras: [], status: () => undefined, isLive: () => false, workers: [worker()], system: null, webhooks: [], now: NOW, ...seen });
/** @param {object} fields */
const camera = (fields = {}) => /** @type {Camera} */ ({ id: "door", name: "Front door", disabled: false, ...fields });
/** @param {object} fields */
const status = (fields) => () => /** @type {CameraStatus} */ ({ camera: "door", state: "LIVE", reason: "", ...fields });
/** @param {object} fields */
const worker = (fields = {}) => /** @type {WorkerStatus} */ (/** @type {unknown} */ ({
  worker: "w1", provider: "CUDA", providerReason: "", atMs: String(NOW), queries: [], ...fields }));

test("nothing is wrong where all works", () => {
  assert.deepEqual(faults({ cameras: [camera()], status: status({}), isLive: () => true }), []);
});

test("an offline camera says why, and its form can be opened", () => {
  const [one] = faults({ cameras: [camera()], status: status({ state: "OFFLINE", reason: "connection refused. Check host and port" }) });
  assert.equal(one.text, "system.cameraOffline");
  assert.equal(one.remedy, "connection refused. Check host and port");
  assert.equal(one.action, "openCamera");
});

test("a camera that is off can be switched on, and one that is refused can be trusted", () => {
  assert.equal(faults({ cameras: [camera({ disabled: true })] })[0].action, "resumeCamera");
  const refused = status({ state: "OFFLINE", encryption: { verdict: "NOT_TRUSTED" } });
  assert.equal(faults({ cameras: [camera()], status: refused })[0].action, "trustCertificate");
});

test("what stops work comes before what only hampers it", () => {
  const found = faults({ cameras: [camera({ disabled: true })], workers: [worker({ atMs: String(NOW - 60_000) })] });
  assert.deepEqual(found.map(({ kind }) => kind), ["bad", "warn"]);
});

test("a worker whose provider does not start, or failed, says why; one that chose the CPU is well", () => {
  const told = (/** @type {string} */ providerReason) => faults({ workers: [worker({ provider: "CPU", providerReason })] })
    .map(({ remedy }) => remedy);
  assert.deepEqual(told("OpenVINO does not start: no such file"), ["OpenVINO does not start: no such file"]);
  assert.deepEqual(told("OpenVINO failed: out of memory"), ["OpenVINO failed: out of memory"]);
  assert.deepEqual(told("configured"), []);
});

test("a query of which several workers say the same is told once", () => {
  const queries = [{ query: "unicorn", answered: true, reason: "unknown word" }];
  assert.equal(faults({ workers: [worker({ queries }), worker({ worker: "w2", queries })] }).length, 1);
});

test("a worker that is too slow for overlays is told, and stays one line while its time changes", () => {
  const [one] = faults({ workers: [worker({ encoderMs: 1055 })] });
  const [later] = faults({ workers: [worker({ encoderMs: 1200 })] });
  assert.equal(one.text, "system.workerSlow");
  assert.equal(one.key, later.key);
  assert.deepEqual(faults({ workers: [worker({ encoderMs: 60 })] }), []);
});

test("a worker whose frames are not kept for the search says why, while it is there", () => {
  const unkept = { featureLogRemark: "The model m has no feature_basis.f32. Export it anew" };
  const [one] = faults({ workers: [worker(unkept)] });
  assert.equal(one.text, "system.workerKeepsNothing");
  assert.equal(one.remedy, unkept.featureLogRemark);
  const gone = faults({ workers: [worker(), worker({ ...unkept, worker: "w2", atMs: String(NOW - 60_000) })] });
  assert.deepEqual(gone.map(({ text }) => text), ["system.workerSilent"]);
  assert.deepEqual(faults({ workers: [worker({ featureLogRemark: "segwatch.inference.features.interval is 0s: nothing is kept." })] }), [],
    "as it was told");
});

test("a full disk, a role that is not ready and a reader that is behind are told to admins", () => {
  const process = { java: "17", uptimeMs: 1, heapUsedBytes: 1, heapMaxBytes: 10, dataFreeBytes: 1000, roles: [{ role: "ingest", ready: false }],
    lag: [{ role: "dashboard", topic: "segwatch.areas", records: 90_000 }] };
  const found = faults({ system: { atMs: NOW, reconnectsLastHour: {}, skippedLastHour: {}, workerFps: {}, process } });
  assert.deepEqual(found.map(({ text }) => text), ["system.roleNotReady", "system.diskFull", "system.lagging"]);
});

test("a webhook that takes nothing says so", () => {
  const webhooks = /** @type {WebhookStatus[]} */ ([{ webhook: "hook", state: "RETRYING", reason: "", lastFailure: "500", backlog: "3" }]);
  assert.equal(faults({ webhooks })[0].remedy, "500");
});

test("bytes are told in the largest unit", () => {
  assert.equal(bytesText(1_500_000_000, "en"), "1.5 GB");
  assert.equal(bytesText(0, "en"), "0 byte");
});
