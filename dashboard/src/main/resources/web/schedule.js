import { field, h } from "./dom.js";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const clockOf = (minute) => `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const minuteOf = (clock) => {
  const [hours, minutes] = clock.split(":").map(Number);
  return hours * 60 + minutes;
};

/** When a rule is armed: nothing for always, else days and hours of a time zone. `read()` gives the rule's schedule. */
export function openSchedule(schedule) {
  const first = schedule?.intervals?.[0];
  // What the form cannot show is kept as it is.
  const several = (schedule?.intervals?.length ?? 0) > 1;
  const on = h("input", { type: "checkbox", "data-testid": "rule-schedule" });
  on.checked = Boolean(first);
  const days = DAYS.map((name, i) => {
    const box = h("input", { type: "checkbox", value: i + 1, "aria-label": name });
    box.checked = !first?.days.length || first.days.includes(i + 1);
    return box;
  });
  const from = h("input", { type: "time", value: clockOf(first?.startMinute ?? 1320), "data-testid": "rule-from" });
  const to = h("input", { type: "time", value: clockOf(first?.endMinute ?? 360), "data-testid": "rule-to" });
  const zone = h("input", { value: schedule?.timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone, "data-testid": "rule-time-zone" });
  const hours = h("div", {},
    h("div", { class: "row" }, ...days.map((box, i) => h("label", { class: "check" }, box, ` ${DAYS[i]}`))),
    h("div", { class: "pair three" }, field("from", from), field("until", to, "past midnight when it is earlier"), field("time zone", zone)));
  const show = () => (hours.hidden = !on.checked || several);
  on.addEventListener("change", show);
  show();
  const element = h("div", {},
    h("label", { class: "check" }, on, several ? ` Only in its ${schedule.intervals.length} intervals` : " Only in these hours"), hours);
  return {
    element,
    read() {
      if (!on.checked) return null;
      if (several) return schedule;
      const chosen = days.filter((box) => box.checked).map((box) => Number(box.value));
      // Midnight ends a day when it is written as an end.
      const end = minuteOf(to.value) || 1440;
      return { timeZone: zone.value.trim(), intervals: [{ days: chosen.length === 7 ? [] : chosen, startMinute: minuteOf(from.value), endMinute: end }] };
    },
  };
}
