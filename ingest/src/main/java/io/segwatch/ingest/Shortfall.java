package io.segwatch.ingest;

import java.util.ArrayDeque;
import java.util.Deque;

/** Whether a camera that is live publishes what it should. Counts of the last ten seconds or so; not threadsafe. */
final class Shortfall {
    /** Measured about every two seconds. */
    private static final int MEASURES = 5;
    /** Of fewer, one that waits for Kafka is too large a part. */
    private static final int FEWEST_DUE = 6;

    private record Counts(long due, long published, long late, long kafka) {
        Counts minus(Counts before) {
            return new Counts(due - before.due, published - before.published, late - before.late, kafka - before.kafka);
        }
    }

    private final Deque<Counts> past = new ArrayDeque<>();
    private long due;
    private long published;
    private long late;
    private long kafka;
    private String note = "";

    void due() {
        due++;
    }

    void published() {
        published++;
    }

    void dropped(IngestMetrics.Drop why) {
        if (why == IngestMetrics.Drop.LATE) {
            late++;
        } else {
            kafka++;
        }
    }

    /** What is to be said; empty where most frames that were due have been published. */
    String note() {
        return note;
    }

    void measure() {
        Counts now = new Counts(due, published, late, kafka);
        past.addLast(now);
        Counts lately = now.minus(past.peekFirst());
        if (past.size() > MEASURES) {
            past.removeFirst();
        }
        note = lately.due() >= FEWEST_DUE && 2 * lately.published() < lately.due() ? describe(lately) : "";
    }

    private static String describe(Counts lately) {
        String cause = lately.late() >= lately.kafka()
                ? "They were over a second old when they were decoded: this machine is behind, or the stream pauses."
                : "Kafka did not take them in time.";
        return "Of " + lately.due() + " frames that were due lately, " + lately.published() + " were published. "
                + cause;
    }
}
