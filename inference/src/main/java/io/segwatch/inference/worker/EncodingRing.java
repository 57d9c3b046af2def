package io.segwatch.inference.worker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * One camera's encodings of late, in order of capture: every frame of the last ten seconds, one a second before that,
 * up to a span and a number of bytes. The newest also keep what prompts need. For one thread.
 */
final class EncodingRing implements AutoCloseable {
    private static final long FULL_RATE_MS = 10_000;
    private static final long THINNED_MS = 1_000;
    /** A prompt about a frame that was skipped is answered about one that was captured next to it. */
    private static final long NEAR_FRAMES = 3;

    private final long spanMs;
    private final int promptFrames;
    private final Deque<KeptEncoding> older = new ArrayDeque<>();
    private final Deque<KeptEncoding> recent = new ArrayDeque<>();
    private long bytes;

    EncodingRing(long spanMs, int promptFrames) {
        this.spanMs = spanMs;
        this.promptFrames = promptFrames;
    }

    void add(KeptEncoding encoding, long maxBytes) {
        long now = encoding.capturedAtMs();
        recent.addLast(encoding);
        bytes += encoding.bytes();
        dropEmbeddings();
        while (recent.getFirst().capturedAtMs() < now - FULL_RATE_MS) {
            thin(recent.removeFirst());
        }
        while (!older.isEmpty() && older.getFirst().capturedAtMs() < now - spanMs) {
            drop(older.removeFirst());
        }
        // The newest frame stays whatever the bound: prompts need it.
        while (bytes > maxBytes && older.size() + recent.size() > 1) {
            drop(older.isEmpty() ? recent.removeFirst() : older.removeFirst());
        }
    }

    /** The frame, or one within a few frames of it; 0 and 0 for the newest; empty when none has its embedding. */
    Optional<KeptEncoding> forPrompt(long epoch, long sequence) {
        if (epoch == 0 && sequence == 0) {
            return Optional.ofNullable(recent.peekLast());
        }
        KeptEncoding nearest = null;
        for (KeptEncoding kept : recent) {
            boolean near = kept.frame().getEpoch() == epoch && distance(kept, sequence) <= NEAR_FRAMES;
            if (kept.hasEmbedding()
                    && near
                    && (nearest == null || distance(kept, sequence) < distance(nearest, sequence))) {
                nearest = kept;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Everything kept, oldest first. */
    List<KeptEncoding> all() {
        List<KeptEncoding> all = new ArrayList<>(older);
        all.addAll(recent);
        return all;
    }

    long bytes() {
        return bytes;
    }

    private static long distance(KeptEncoding kept, long sequence) {
        return Math.abs(kept.frame().getSequence() - sequence);
    }

    private void dropEmbeddings() {
        Iterator<KeptEncoding> newestFirst = recent.descendingIterator();
        for (int i = 0; newestFirst.hasNext(); i++) {
            KeptEncoding kept = newestFirst.next();
            if (i >= promptFrames && kept.hasEmbedding()) {
                bytes -= kept.bytes();
                kept.dropEmbedding();
                bytes += kept.bytes();
            }
        }
    }

    private void thin(KeptEncoding leaving) {
        if (older.isEmpty() || leaving.capturedAtMs() - older.getLast().capturedAtMs() >= THINNED_MS) {
            bytes -= leaving.bytes();
            leaving.dropEmbedding();
            bytes += leaving.bytes();
            older.addLast(leaving);
        } else {
            drop(leaving);
        }
    }

    private void drop(KeptEncoding kept) {
        bytes -= kept.bytes();
        kept.close();
    }

    @Override
    public void close() {
        all().forEach(KeptEncoding::close);
        older.clear();
        recent.clear();
        bytes = 0;
    }
}
