import assert from "node:assert/strict";
import { test } from "node:test";
import { certificateFacts, encryptionWords, isRefused } from "../src/main/resources/web/encryption.js";

/** @param {string} verdict */
const seen = (verdict) => /** @type {NonNullable<CameraStatus["encryption"]>} */ ({
  verdict, fingerprint: "AB:CD", subject: "CN=door", issuer: "CN=door", names: [], notBeforeMs: "0", notAfterMs: "86400000",
});

test("says how a camera's connection is protected", () => {
  assert.match(encryptionWords("rtsp://a/", undefined), /^not encrypted/);
  assert.match(encryptionWords("HTTP://a/", undefined), /^not encrypted/);
  assert.match(encryptionWords("rtsps://a/", seen("VERIFIED")), /verified by a CA/);
  assert.match(encryptionWords("https://a/", seen("PINNED")), /that was trusted/);
  assert.match(encryptionWords("https://a/", seen("NOT_VERIFIED")), /not known/);
  assert.match(encryptionWords("https://a/", undefined), /no certificate seen yet/);
  assert.equal(encryptionWords("file:/a.mp4", undefined), "");
});

test("offers to trust only what was refused", () => {
  assert.ok(isRefused(seen("NOT_TRUSTED")) && isRefused(seen("CHANGED")));
  assert.ok(!isRefused(seen("VERIFIED")) && !isRefused(undefined));
});

test("names what a person compares", () => {
  const facts = new Map(certificateFacts(seen("NOT_TRUSTED")));
  assert.equal(facts.get("SHA-256 fingerprint"), "AB:CD");
  assert.equal(facts.get("Issued by"), "itself");
  assert.equal(facts.get("Valid"), "1970-01-01 to 1970-01-02");
});
