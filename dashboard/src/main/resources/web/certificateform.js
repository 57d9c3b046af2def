import { loadDefinition, nameOf, saveDefinition } from "./definitions.js";
import { h } from "./dom.js";
import { certificateFacts } from "./encryption.js";
import { openForm } from "./form.js";

/**
 * Shows the certificate that a camera was refused for, and trusts exactly that one.
 *
 * @param {Camera} camera
 * @param {NonNullable<CameraStatus["encryption"]>} seen
 */
export function openCertificate(camera, seen) {
  openForm({
    title: `Certificate of ${nameOf(camera)}`,
    testid: "certificate-form",
    body: [
      h("p", {}, seen.verdict === "CHANGED"
        ? "The camera shows another certificate than the one that is trusted: it was renewed, or somebody stands in between."
        : "No trusted CA answers for this certificate. Nothing has been sent to the camera yet."),
      h("dl", { class: "facts" }, ...certificateFacts(seen).flatMap(([name, value]) => [
        h("dt", {}, name), h("dd", { "data-testid": "certificate-fact" }, value)])),
      h("p", { class: "muted" }, "Compare the fingerprint with the one that the camera's own page or its installer gives."),
    ],
    submitText: "Trust this certificate",
    submit: async () => {
      const now = await loadDefinition("cameras", camera.id);
      await saveDefinition("cameras", { ...now, tls: { fingerprint: seen.fingerprint, insecureAnyCertificate: false } }, camera.id);
    },
  });
}
