package io.segwatch.inference.worker;

import io.segwatch.v1.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * One camera's cached encodings in order of capture: every frame of the last ten seconds, one a second before that, up
 * to a span and a number of bytes. The newest keep their image embedding for prompts. For one thread.
 */
final class EncodingHistory implements AutoCloseable {
    private static final long FULL_RATE_MS = 10_000;
    private static final long THINNED_MS = 1_000;
    /** A prompt on a skipped frame is answered on a neighbouring one, at most so many frames away. */
    private static final long NEAR_FRAMES = 3;

    private final long spanMs;
    private final int promptFrames;
    private final Deque<CachedEncoding> older = new ArrayDeque<>();
    private final Deque<CachedEncoding> recent = new ArrayDeque<>();
    private long bytes;

    EncodingHistory(long spanMs, int promptFrames) {
        this.spanMs = spanMs;
        this.promptFrames = promptFrames;
    }

    void add(CachedEncoding encoding, long maxBytes) {
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
        trim(maxBytes);
    }

    /** A later frame is answered from the newest encoding. */
    void reuse(Frame later) {
        if (!recent.isEmpty()) {
            recent.getLast().answers(later);
        }
    }

    /** Drops the oldest encodings until the rest fits. */
    void trim(long maxBytes) {
        // The newest frame stays whatever the bound, because prompts need it.
        while (bytes > maxBytes && older.size() + recent.size() > 1) {
            drop(older.isEmpty() ? recent.removeFirst() : older.removeFirst());
        }
    }

    /** The frame, or one within a few frames of it; 0 and 0 for the newest; empty when none has its embedding. */
    Optional<CachedEncoding> forPrompt(long epoch, long sequence) {
        if (epoch == 0 && sequence == 0) {
            return Optional.ofNullable(recent.peekLast());
        }
        CachedEncoding nearest = null;
        for (CachedEncoding cached : recent) {
            boolean near = cached.frame().getEpoch() == epoch && cached.distance(sequence) <= NEAR_FRAMES;
            if (cached.hasEmbedding()
                    && near
                    && (nearest == null || cached.distance(sequence) < nearest.distance(sequence))) {
                nearest = cached;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Every cached encoding, oldest first. */
    List<CachedEncoding> all() {
        List<CachedEncoding> all = new ArrayList<>(older);
        all.addAll(recent);
        return all;
    }

    long bytes() {
        return bytes;
    }

    private void dropEmbeddings() {
        Iterator<CachedEncoding> newestFirst = recent.descendingIterator();
        for (int i = 0; newestFirst.hasNext(); i++) {
            CachedEncoding cached = newestFirst.next();
            if (i >= promptFrames && cached.hasEmbedding()) {
                bytes -= cached.bytes();
                cached.dropEmbedding();
                bytes += cached.bytes();
            }
        }
    }

    private void thin(CachedEncoding leaving) {
        if (older.isEmpty() || leaving.capturedAtMs() - older.getLast().capturedAtMs() >= THINNED_MS) {
            bytes -= leaving.bytes();
            leaving.dropEmbedding();
            leaving.dropMoving();
            bytes += leaving.bytes();
            older.addLast(leaving);
        } else {
            drop(leaving);
        }
    }

    private void drop(CachedEncoding cached) {
        bytes -= cached.bytes();
        cached.close();
    }

    @Override
    public void close() {
        all().forEach(CachedEncoding::close);
        older.clear();
        recent.clear();
        bytes = 0;
    }
}
