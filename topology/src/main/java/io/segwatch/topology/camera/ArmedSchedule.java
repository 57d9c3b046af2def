package io.segwatch.topology.camera;

import io.segwatch.v1.Interval;
import io.segwatch.v1.Schedule;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * When a rule is armed, by the wall clock of its time zone: at a change to daylight saving time an interval keeps its
 * local times, and so is an hour shorter or longer that day. For one thread.
 */
final class ArmedSchedule {
    private final Schedule schedule;
    private final ZoneId zone;
    /** The answer holds for the whole minute, and frames come many to the minute. */
    private long minute = Long.MIN_VALUE;

    private boolean answer;

    ArmedSchedule(Schedule schedule) {
        this.schedule = schedule;
        this.zone = schedule.getIntervalsCount() == 0 ? ZoneId.of("UTC") : ZoneId.of(schedule.getTimeZone());
    }

    boolean at(long ms) {
        if (schedule.getIntervalsCount() == 0) {
            return true;
        }
        long asked = Math.floorDiv(ms, 60_000L);
        if (asked != minute) {
            minute = asked;
            answer = lookUp(Instant.ofEpochMilli(ms).atZone(zone));
        }
        return answer;
    }

    private boolean lookUp(ZonedDateTime local) {
        int minuteOfDay = local.getHour() * 60 + local.getMinute();
        for (Interval interval : schedule.getIntervalsList()) {
            int start = interval.getStartMinute();
            int end = interval.getEndMinute();
            boolean pastMidnight = end < start;
            if (minuteOfDay >= start && (pastMidnight || minuteOfDay < end) && on(interval, local.getDayOfWeek())) {
                return true;
            }
            // The small hours belong to the day on which the interval started.
            if (pastMidnight
                    && minuteOfDay < end
                    && on(interval, local.getDayOfWeek().minus(1))) {
                return true;
            }
        }
        return false;
    }

    private static boolean on(Interval interval, DayOfWeek day) {
        return interval.getDaysCount() == 0 || interval.getDaysList().contains(day.getValue());
    }
}
