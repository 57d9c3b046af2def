import assert from "node:assert/strict";
import { test } from "node:test";
import { randomId } from "../src/main/resources/web/id.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("makes UUIDs of version 4, no two the same", () => {
  const ids = Array.from({ length: 100 }, () => randomId());
  assert.equal(new Set(ids).size, 100);
  for (const id of ids) assert.match(id, UUID);
});

test("makes them where the browser does not, in a context that is not secure", () => {
  const insecure = { getRandomValues: crypto.getRandomValues.bind(crypto) };
  const ids = Array.from({ length: 100 }, () => randomId(insecure));
  assert.equal(new Set(ids).size, 100);
  for (const id of ids) assert.match(id, UUID);
});
