import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, problemLines } from "../src/main/resources/web/api.js";

test("names each field with what is wrong", () => {
  const error = new ApiError(400, [{ field: "url", detail: "is missing" }, { field: "name", detail: "is too long" }]);
  assert.deepEqual(problemLines(error), ["url: is missing", "name: is too long"]);
  assert.equal(error.message, "url is missing; name is too long");
});

test("names the status where the answer has no problems, and any other failure", () => {
  assert.deepEqual(problemLines(new ApiError(502, [])), ["HTTP 502"]);
  assert.deepEqual(problemLines(new Error("gone")), ["gone"]);
  assert.deepEqual(problemLines("gone"), ["gone"]);
});
