package io.segwatch.bench.faults;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** What was measured of one fault over its rounds. For one thread. */
final class Measured {
    /** Seconds from each fault until it was said. */
    final List<Double> noticed = new ArrayList<>();
    /** Seconds from the end of each fault until all went on. */
    final List<Double> back = new ArrayList<>();
    /** What of the promise was not kept. */
    final List<String> broken = new ArrayList<>();

    private final List<String> notes = new ArrayList<>();
    AlertCount alerts = AlertCount.NONE;
    long repeatedPosts;
    /** Frames that were due and did not come; -1 where that is not the question. */
    long framesLost = -1;

    long memoryMiB;
    double load;
    int rounds;

    void check(boolean holds, String otherwise) {
        if (!holds) {
            broken.add(otherwise);
        }
    }

    /** @param most seconds, of which the promise speaks */
    void checkBack(double share, double most) {
        check(
                at(back, share) <= most,
                String.format(Locale.ROOT, "back after %.1f s, not %.1f", at(back, share), most));
    }

    /** @param most seconds, of which the promise speaks */
    void checkNoticed(double share, double most) {
        check(
                at(noticed, share) <= most,
                String.format(Locale.ROOT, "noticed after %.1f s, not %.1f", at(noticed, share), most));
    }

    /** What was measured of the same fault elsewhere. */
    void add(Measured other) {
        noticed.addAll(other.noticed);
        back.addAll(other.back);
        broken.addAll(other.broken);
        notes.addAll(other.notes);
        alerts = alerts.plus(other.alerts);
        repeatedPosts += other.repeatedPosts;
    }

    void loseFrames(long frames) {
        framesLost = Math.max(0, framesLost) + Math.max(0, frames);
    }

    void note(String text, Object... values) {
        notes.add(String.format(Locale.ROOT, text, values));
    }

    String notes() {
        return String.join("; ", new LinkedHashSet<>(notes));
    }

    /** The value that {@code share} of all are no greater than; 0 when there are none. */
    static double at(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(share * sorted.size()) - (share > 0 ? 1 : 0));
    }

    static double secondsBetween(long fromNanos, long toNanos) {
        return Math.max(0, toNanos - fromNanos) / 1e9;
    }
}
