package io.segwatch.topology.camera;

import io.segwatch.v1.Hours;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;

/**
 * What a share was in each hour of the last weeks, by the camera's local time, and so the seasonal baseline of an hour:
 * what it was at the same hour of the same weekday in the four weeks before; as long as that is not known, at the same
 * hour of the seven days before. The hour itself never counts, so that the answer is the same all through it, live and
 * in a backtest. For one thread.
 */
final class HourlyBaseline {
    /**
     * Of a share within an hour.
     *
     * @param mean share of the zone, 0..1
     * @param deviation its standard deviation from frame to frame
     */
    record Statistics(double mean, double deviation) {
        /**
         * How far a share is from the mean, in standard deviations, -100..100. Where nothing ever moves, a hundredth of
         * the zone counts as a deviation.
         */
        double zScore(double share) {
            return Math.max(-100, Math.min(100, (share - mean) / Math.max(deviation, LEAST_DEVIATION)));
        }
    }

    private static final double LEAST_DEVIATION = 0.01;
    private static final long HOUR_MS = 3_600_000;
    private static final long DAY_MS = 24 * HOUR_MS;
    private static final long WEEKS_MS = 28 * DAY_MS;
    /** A week longer than the baseline spans, so that a backtest of the last days finds what the live role had. */
    private static final long KEPT_MS = WEEKS_MS + 7 * DAY_MS;
    /** Of one frame a second. */
    private static final int FEWEST_SAMPLES = 60;

    private ZoneId zone = ZoneId.of("UTC");
    /** Minutes since 1970; an int lasts until the year 6053. */
    private int[] startMinutes = new int[8];

    private int[] samples = new int[8];
    private float[] means = new float[8];
    private float[] deviations = new float[8];
    private int size;

    private long hourFromMs;
    private long hourToMs;
    private Statistics current;

    /** Of a published calibration. */
    static HourlyBaseline of(Hours hours, ZoneId zone) {
        HourlyBaseline baseline = new HourlyBaseline();
        baseline.update(zone);
        baseline.load(hours);
        return baseline;
    }

    void update(ZoneId local) {
        if (!local.equals(zone)) {
            zone = local;
            hourToMs = hourFromMs;
        }
    }

    /** The hour of local time that holds an instant; where clocks are put by less than an hour it may be shorter. */
    long hourStart(long atMs) {
        return Instant.ofEpochMilli(atMs)
                .atZone(zone)
                .truncatedTo(ChronoUnit.HOURS)
                .toInstant()
                .toEpochMilli();
    }

    /** An hour that is over, later than all before. */
    void add(long startMs, int count, float mean, float deviation) {
        if (size == startMinutes.length) {
            makeRoom(startMs);
        }
        startMinutes[size] = (int) (startMs / 60_000);
        samples[size] = count;
        means[size] = mean;
        deviations[size] = deviation;
        size++;
    }

    /** Drops the hours that start at {@code fromMs} or later; true when there were any. */
    boolean dropFrom(long fromMs) {
        int before = size;
        while (size > 0 && startMinutes[size - 1] * 60_000L >= fromMs) {
            size--;
        }
        hourToMs = hourFromMs;
        return size < before;
    }

    private void makeRoom(long nowMs) {
        int old = 0;
        while (old < size && startMinutes[old] * 60_000L < nowMs - KEPT_MS) {
            old++;
        }
        int capacity = old > size / 4 ? startMinutes.length : startMinutes.length * 2;
        int from = old;
        int to = old + capacity;
        startMinutes = Arrays.copyOfRange(startMinutes, from, to);
        samples = Arrays.copyOfRange(samples, from, to);
        means = Arrays.copyOfRange(means, from, to);
        deviations = Arrays.copyOfRange(deviations, from, to);
        size -= old;
    }

    /** The baseline for the hour that holds {@code atMs}; null while too little is known. */
    Statistics at(long atMs) {
        if (atMs < hourFromMs || atMs >= hourToMs) {
            hourFromMs = hourStart(atMs);
            hourToMs = hourFromMs + HOUR_MS;
            ZonedDateTime hour = Instant.ofEpochMilli(hourFromMs).atZone(zone);
            current = pooled(hour, WEEKS_MS, true);
            if (current == null) {
                current = pooled(hour, 7 * DAY_MS, false);
            }
        }
        return current;
    }

    private Statistics pooled(ZonedDateTime hour, long spanMs, boolean sameWeekday) {
        // An hour earlier, for a change to daylight saving time makes a week an hour longer.
        long fromMs = hourFromMs - spanMs - HOUR_MS;
        long count = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < size; i++) {
            long startMs = startMinutes[i] * 60_000L;
            if (startMs < fromMs || startMs >= hourFromMs) {
                continue;
            }
            ZonedDateTime local = Instant.ofEpochMilli(startMs).atZone(zone);
            if (local.getHour() == hour.getHour() && (!sameWeekday || local.getDayOfWeek() == hour.getDayOfWeek())) {
                count += samples[i];
                sum += (double) samples[i] * means[i];
                squares += samples[i] * ((double) means[i] * means[i] + (double) deviations[i] * deviations[i]);
            }
        }
        if (count < FEWEST_SAMPLES) {
            return null;
        }
        double mean = sum / count;
        return new Statistics(mean, Math.sqrt(Math.max(0, squares / count - mean * mean)));
    }

    Hours toMessage() {
        Hours.Builder hours = Hours.newBuilder();
        for (int i = 0; i < size; i++) {
            hours.addStartMinute(startMinutes[i])
                    .addSamples(samples[i])
                    .addMean(means[i])
                    .addDeviation(deviations[i]);
        }
        return hours.build();
    }

    void load(Hours hours) {
        for (int i = 0; i < hours.getStartMinuteCount(); i++) {
            add(hours.getStartMinute(i) * 60_000L, hours.getSamples(i), hours.getMean(i), hours.getDeviation(i));
        }
    }
}
