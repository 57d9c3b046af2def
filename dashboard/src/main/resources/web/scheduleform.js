import { checkbox, h } from "./dom.js";
import { checked, field } from "./form.js";
import { hoursOf, scheduleOf } from "./schedule.js";
import { t } from "./text.js";
import { WEEKDAYS } from "./timeaxis.js";

/**
 * The part of a rule's form that says when it is armed: always, or on days and hours of a time zone.
 *
 * @param {Schedule | undefined} schedule
 * @returns {{element: HTMLElement, read: () => Schedule | undefined}}
 */
export function scheduleForm(schedule) {
  const intervals = schedule?.intervals.length ?? 0;
  // What the form cannot show is kept as it is.
  const several = intervals > 1;
  const shown = hoursOf(schedule, Intl.DateTimeFormat().resolvedOptions().timeZone);
  const on = checkbox({ "data-testid": "rule-schedule" }, intervals > 0);
  const days = WEEKDAYS.map((name, i) => checkbox({ value: i + 1, "aria-label": name }, shown.days.includes(i + 1)));
  const from = h("input", { name: "schedule.intervals", type: "time", value: shown.from, "data-testid": "rule-from" });
  const until = h("input", { type: "time", value: shown.until, "data-testid": "rule-to" });
  const timeZone = h("input", { name: "schedule.timeZone", value: shown.timeZone, "data-testid": "rule-time-zone" });
  const hours = h("div", {},
    h("div", { class: "row" }, days.map((box, i) => checked(box, WEEKDAYS[i]))),
    h("div", { class: "pair three" },
      field(t("rules.from"), from), field(t("rules.until"), until, t("rules.untilHelp")), field(t("rules.timeZone"), timeZone)));
  const show = () => (hours.hidden = !on.checked || several);
  on.addEventListener("change", show);
  show();
  return {
    element: h("div", {}, checked(on, several ? t("rules.intervals", { n: intervals }) : t("rules.hours")), hours),
    read() {
      if (!on.checked) return undefined;
      if (several) return schedule;
      return scheduleOf({
        days: days.filter((box) => box.checked).map((box) => Number(box.value)),
        from: from.value, until: until.value, timeZone: timeZone.value,
      });
    },
  };
}
