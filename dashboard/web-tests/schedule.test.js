import assert from "node:assert/strict";
import { test } from "node:test";
import { hoursOf, scheduleOf } from "../src/main/resources/web/schedule.js";

const WHOLE_WEEK = [1, 2, 3, 4, 5, 6, 7];

test("proposes the night, every day, in this browser's time zone", () => {
  assert.deepEqual(hoursOf(undefined, "Europe/Vienna"), { days: WHOLE_WEEK, from: "22:00", until: "06:00", timeZone: "Europe/Vienna" });
});

test("a schedule comes back from its form as it was", () => {
  for (const schedule of [
    { timeZone: "UTC", intervals: [{ days: [6, 7], startMinute: 0, endMinute: 1440 }] },
    { timeZone: "Asia/Tokyo", intervals: [{ days: [], startMinute: 1320, endMinute: 360 }] },
    { timeZone: "UTC", intervals: [{ days: [1], startMinute: 9 * 60 + 5, endMinute: 17 * 60 + 30 }] },
  ]) {
    assert.deepEqual(scheduleOf(hoursOf(schedule, "Europe/Vienna")), schedule);
  }
});

test("every day is written as no day", () => {
  const hours = { days: WHOLE_WEEK, from: "08:00", until: "18:00", timeZone: "UTC" };
  assert.deepEqual(scheduleOf(hours).intervals[0].days, []);
});

test("midnight as an end is the end of the day, as a start its beginning", () => {
  const hours = { days: [1], from: "00:00", until: "00:00", timeZone: " UTC " };
  assert.deepEqual(scheduleOf(hours), { timeZone: "UTC", intervals: [{ days: [1], startMinute: 0, endMinute: 1440 }] });
});
