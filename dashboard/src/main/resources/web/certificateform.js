import { loadDefinition, nameOf, saveDefinition } from "./definitions.js";
import { h } from "./dom.js";
import { certificateFacts } from "./encryption.js";
import { openForm } from "./form.js";
import { t } from "./text.js";

/**
 * Shows the certificate that a camera was refused for, and trusts exactly that one.
 *
 * @param {Camera} camera
 * @param {NonNullable<CameraStatus["encryption"]>} seen
 */
export function openCertificate(camera, seen) {
  openForm({
    title: t("certificate.title", { name: nameOf(camera) }),
    testid: "certificate-form",
    body: [
      h("p", {}, t(seen.verdict === "CHANGED" ? "certificate.isAnother" : "certificate.isUnknown")),
      h("dl", { class: "facts" }, ...certificateFacts(seen).flatMap(([name, value]) => [
        h("dt", {}, name), h("dd", { "data-testid": "certificate-fact" }, value)])),
      h("p", { class: "muted" }, t("certificate.compare")),
    ],
    submitText: t("certificate.trust"),
    submit: async () => {
      const now = await loadDefinition("cameras", camera.id);
      await saveDefinition("cameras", { ...now, tls: { fingerprint: seen.fingerprint, insecureAnyCertificate: false } }, camera.id);
    },
  });
}
