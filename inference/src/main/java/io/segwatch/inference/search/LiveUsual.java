package io.segwatch.inference.search;

import io.segwatch.contracts.Topic;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.kafka.PastRecords;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Hours;
import io.segwatch.v1.Query;
import io.segwatch.v1.SearchMoment;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a live query of the same words finds usual at the hour of a moment: the recorded hours of other days, as its own
 * alerts on change are reckoned.
 */
final class LiveUsual {
    private static final double LEAST_DEVIATION = 0.01;
    private static final long FEWEST_SAMPLES = 60;

    private final Hours hours;
    private final ZoneId timeZone;

    private LiveUsual(Hours hours, ZoneId timeZone) {
        this.hours = hours;
        this.timeZone = timeZone;
    }

    /** By camera, of those on which a query of these words runs and is known. */
    static Map<String, LiveUsual> of(PastRecords records, Query words, Map<String, Camera> cameras, String zone) {
        Set<String> same = records.latest(Topic.QUERIES).values().stream()
                .filter(query -> !query.getDisabled() && meaning(query).equals(meaning(words)))
                .map(Query::getId)
                .collect(Collectors.toSet());
        Map<String, LiveUsual> usual = new HashMap<>();
        if (!same.isEmpty()) {
            // Those of all cameras take a moment to read.
            for (Calibration each : records.latest(Topic.CALIBRATIONS).values()) {
                Camera camera = cameras.get(each.getCamera());
                if (camera != null && each.getZone().equals(zone) && same.contains(each.getQuery())) {
                    usual.put(each.getCamera(), new LiveUsual(each.getHours(), zone(camera.getTimeZone())));
                }
            }
        }
        return usual;
    }

    private static List<Set<String>> meaning(Query query) {
        return List.of(
                normal(Stream.concat(Stream.of(query.getText()), query.getSynonymsList().stream())),
                normal(query.getNegativesList().stream()),
                Set.of(Double.toString(query.getThreshold())));
    }

    private static Set<String> normal(Stream<String> phrases) {
        return phrases.map(SegmentationModel::normalisePhrase).collect(Collectors.toSet());
    }

    private static ZoneId zone(String name) {
        try {
            return name.isEmpty() ? ZoneOffset.UTC : ZoneId.of(name);
        } catch (DateTimeException e) {
            return ZoneOffset.UTC;
        }
    }

    /** How far a moment is above it, in standard deviations; nothing for an hour that was not seen on another day. */
    OptionalDouble deviations(SearchMoment moment) {
        int hour = hour(moment.getPeakAtMs());
        long samples = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < hours.getStartMinuteCount(); i++) {
            long startMs = 60_000L * hours.getStartMinute(i);
            boolean same = Math.abs(startMs - moment.getPeakAtMs()) < 3_600_000;
            if (hour(startMs) == hour && !same) {
                long count = hours.getSamples(i);
                double mean = hours.getMean(i);
                double deviation = hours.getDeviation(i);
                samples += count;
                sum += count * mean;
                squares += count * (mean * mean + deviation * deviation);
            }
        }
        if (samples < FEWEST_SAMPLES) {
            return OptionalDouble.empty();
        }
        double mean = sum / samples;
        double deviation = Math.sqrt(Math.max(0, squares / samples - mean * mean));
        return OptionalDouble.of((moment.getPeakShare() - mean) / Math.max(LEAST_DEVIATION, deviation));
    }

    private int hour(long ms) {
        return Instant.ofEpochMilli(ms).atZone(timeZone).getHour();
    }
}
