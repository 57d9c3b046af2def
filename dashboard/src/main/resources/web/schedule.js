const MINUTES_A_DAY = 1440;
const DAYS_A_WEEK = 7;

/**
 * When a rule is armed, as its form shows it: on some days, of which Monday is 1, from one time of day until another.
 *
 * @typedef {{days: number[], from: string, until: string, timeZone: string}} Hours times as "22:00"
 */

/**
 * The hours of a schedule; of none, what the form proposes.
 *
 * @param {Schedule | null | undefined} schedule of at most one interval
 * @param {string} timeZone is proposed where the schedule names none
 * @returns {Hours}
 */
export function hoursOf(schedule, timeZone) {
  const interval = schedule?.intervals[0];
  return {
    days: interval?.days.length ? interval.days : [...Array(DAYS_A_WEEK).keys()].map((day) => day + 1),
    from: timeOfDay(interval?.startMinute ?? 22 * 60),
    until: timeOfDay(interval?.endMinute ?? 6 * 60),
    timeZone: schedule?.timeZone || timeZone,
  };
}

/**
 * @param {Hours} hours
 * @returns {Schedule}
 */
export function scheduleOf({ days, from, until, timeZone }) {
  return {
    timeZone: timeZone.trim(),
    intervals: [{
      // None stands for all of them.
      days: days.length === DAYS_A_WEEK ? [] : days,
      startMinute: minuteOf(from),
      // Midnight ends a day when it is written as an end.
      endMinute: minuteOf(until) || MINUTES_A_DAY,
    }],
  };
}

/** @param {number} minute of the day, 0..1440 */
function timeOfDay(minute) {
  const hours = Math.floor(minute / 60) % 24;
  return `${String(hours).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** @param {string} time */
function minuteOf(time) {
  const [hours, minutes] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
