package io.segwatch.ingest;

/**
 * Chooses the frames of a stream that come closest to an even target rate, by their capture times. Over any length of
 * time a source faster than the target gives exactly the target rate, however the two relate; one that is slower gives
 * all of its frames. For one thread.
 */
final class Sampler {
    private long interval;
    private long tolerance;
    private long due;
    private boolean started;

    Sampler(double fps) {
        fps(fps);
    }

    /** Changes the rate from the next frame on. */
    void fps(double fps) {
        long changed = Math.round(1e6 / fps);
        if (changed != interval) {
            interval = changed;
            // A frame that jitter brought a little early is taken for the one that is due.
            tolerance = changed / 4;
            started = false;
        }
    }

    /** Whether to take the frame captured at {@code micros}. */
    boolean take(long micros) {
        // After a gap, or when the clock went back so far that no frame would be taken, the series restarts.
        if (!started || micros - due >= interval || due - micros > 2 * interval) {
            started = true;
            due = micros;
        }
        if (micros < due - tolerance) {
            return false;
        }
        // Counting on from what was due keeps the rate exact; being late without end, as a slow source is, adds up to
        // no credit.
        due = Math.max(due + interval, micros + tolerance);
        return true;
    }

    /** From when on a frame will be taken, after one that was. */
    long next() {
        return due - tolerance;
    }

    /** Between two frames, microseconds. */
    long interval() {
        return interval;
    }
}
