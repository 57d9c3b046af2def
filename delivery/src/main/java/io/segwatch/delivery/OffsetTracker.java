package io.segwatch.delivery;

import java.util.BitSet;
import java.util.Iterator;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Which records of one partition are acknowledged. Rules overtake each other, so there are gaps: the committed offset
 * is the first record that is not acknowledged, and the commit's metadata holds which of the later ones are.
 * Threadsafe.
 *
 * <p>The metadata is a list of run lengths in base 36 from the committed offset on: not done, done, not done and so on.
 * Kafka takes 4,096 bytes of it; records beyond what fits are posted again after a restart.
 */
final class OffsetTracker {
    private static final int MAX_METADATA = 4_000;
    private static final int RADIX = 36;
    private static final int MAX_RUN = 10_000_000;

    private final TreeSet<Long> pending = new TreeSet<>();
    private final long start;
    private final BitSet doneBefore = new BitSet();
    private long next;
    private OffsetAndMetadata committed;
    private volatile boolean revoked;

    OffsetTracker(OffsetAndMetadata committed) {
        this.start = committed.offset();
        this.next = start;
        this.committed = committed;
        readRuns(committed.metadata());
    }

    private void readRuns(String metadata) {
        if (metadata == null || metadata.isEmpty()) {
            return;
        }
        try {
            int at = 0;
            boolean done = false;
            for (String run : metadata.split(" ")) {
                int length = Integer.parseInt(run, RADIX);
                if (length < 0 || length > MAX_RUN || at > MAX_RUN) {
                    throw new NumberFormatException(run);
                }
                if (done) {
                    doneBefore.set(at, at + length);
                }
                at += length;
                done = !done;
            }
        } catch (NumberFormatException e) {
            // The metadata is another program's: all records are posted again.
            doneBefore.clear();
        }
    }

    /** A record has been read. False when it was acknowledged before a restart, or is read twice. */
    synchronized boolean begin(long offset) {
        next = Math.max(next, offset + 1);
        return !wasDone(offset) && pending.add(offset);
    }

    /** Nothing more is to be done about the record. */
    synchronized void acknowledge(long offset) {
        pending.remove(offset);
    }

    /** Every record before {@code position} has been read. */
    synchronized void readTo(long position) {
        next = Math.max(next, position);
    }

    /** Records that have been read and are not acknowledged. */
    synchronized int open() {
        return pending.size();
    }

    /** What may be committed now. */
    synchronized OffsetAndMetadata committable() {
        long first = pending.isEmpty() ? next : pending.first();
        return new OffsetAndMetadata(first, runs(first));
    }

    /** {@link #committable()}, or null when it is what this method returned last. */
    synchronized OffsetAndMetadata uncommitted() {
        OffsetAndMetadata now = committable();
        if (now.equals(committed)) {
            return null;
        }
        committed = now;
        return now;
    }

    /** The commit of what {@link #uncommitted} returned last has failed. */
    synchronized void markUncommitted() {
        committed = null;
    }

    private String runs(long first) {
        StringJoiner runs = new StringJoiner(" ");
        long last = Math.max(next, start + doneBefore.length());
        Iterator<Long> waiting = pending.iterator();
        long at = first;
        long open = waiting.hasNext() ? waiting.next() : Long.MAX_VALUE;
        while (at < last) {
            long from = at;
            while (at < last && !isDone(at, open)) {
                if (at == open) {
                    open = waiting.hasNext() ? waiting.next() : Long.MAX_VALUE;
                }
                at++;
            }
            long middle = at;
            while (at < last && isDone(at, open)) {
                at++;
            }
            String pair = Long.toString(middle - from, RADIX) + " " + Long.toString(at - middle, RADIX);
            if (at == middle || runs.length() + pair.length() + 1 > MAX_METADATA) {
                break;
            }
            runs.add(pair);
        }
        return runs.toString();
    }

    private boolean isDone(long offset, long nextPending) {
        return offset < next ? offset != nextPending : wasDone(offset);
    }

    private boolean wasDone(long offset) {
        return offset - start < MAX_RUN && offset >= start && doneBefore.get((int) (offset - start));
    }

    /** The partition goes to another process; none of its records is to be posted by this one any more. */
    void revoke() {
        revoked = true;
    }

    boolean isRevoked() {
        return revoked;
    }
}
