import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "../src/main/resources/web/emitter.js";

test("gives each event's value to those who listen for it", () => {
  /** @type {Emitter<{opened: string, closed: void}>} */
  const emitter = new Emitter();
  /** @type {(string | undefined)[]} */
  const heard = [];
  emitter.on("opened", (value) => heard.push(value));
  emitter.on(["opened", "closed"], (value) => heard.push(value ?? "nothing"));
  emitter.emit("opened", "door");
  emitter.emit("closed");
  assert.deepEqual(heard, ["door", "door", "nothing"]);
});
