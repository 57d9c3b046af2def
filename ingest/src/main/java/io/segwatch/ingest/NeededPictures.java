package io.segwatch.ingest;

import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * Which of a stream's pictures have to be decoded, where fewer are wanted than come. A picture that no other refers to
 * is left out where another stands closer to the moment at which one is wanted. All further pictures up to the next key
 * frame are left out where none of them is wanted before it: at low rates these are all but the key frames. Times are
 * microseconds of the stream's clock. For one thread.
 */
final class NeededPictures {
    /** So often one is decoded, whatever is wanted: it shows that the camera sends pictures, and what has changed. */
    private static final long LONGEST_SILENCE = 1_000_000;

    private static final long LONGEST_JUMP = 10_000_000;
    /** Moments that are looked ahead. */
    private static final int SLOTS = 256;
    /** A stream that is hardly faster than what is wanted is decoded whole: its pictures may come unevenly. */
    private static final double LEAST_EXCESS = 1.25;

    private final BooleanSupplier everything;
    private final PacketRate rate = new PacketRate();
    private final KeyFrames keys = new KeyFrames();

    /** The first moment at which a picture is wanted, and from there to each next one; 0 while that is not known. */
    private long origin;

    private long every;
    /** By moment, the earliest picture from it on that is decoded. */
    private final long[] best = new long[SLOTS];

    private long lastNeeded = Long.MIN_VALUE;
    /** Whether a picture was left out that later ones refer to. */
    private boolean broken;

    /** What comes after a key frame and is shown before it refers to what was left out. */
    private long leadingBefore = Long.MIN_VALUE;

    /** @param everything whether somebody waits for the very next picture */
    NeededPictures(BooleanSupplier everything) {
        this.everything = everything;
    }

    /** A picture is wanted that stands at {@code from} or soon after, and one each {@code interval} from then on. */
    void want(long from, long interval) {
        long tolerance = interval / 8;
        long ahead = from + tolerance - origin;
        boolean same = every == interval && ahead >= 0 && ahead < SLOTS / 2 * every && ahead % every <= 2 * tolerance;
        if (same) {
            // Counted from a later one of the same moments: what is decoded for them already still is.
            int moments = (int) (ahead / every);
            System.arraycopy(best, moments, best, 0, SLOTS - moments);
            Arrays.fill(best, SLOTS - moments, SLOTS, Long.MAX_VALUE);
            origin += moments * every;
        } else {
            origin = from;
            every = interval;
            Arrays.fill(best, Long.MAX_VALUE);
        }
    }

    /** Every picture is wanted, until {@link #want} says otherwise. */
    void wantAll() {
        every = 0;
    }

    /** A picture came out of the decoder; {@code alone}: it needed no other. */
    void decoded(long at, boolean alone) {
        keys.decoded(at, alone);
    }

    /** Whether the decoder lacks a picture, and has to begin anew at the next key frame. */
    boolean broken() {
        return broken;
    }

    /**
     * Whether to decode the picture of the next packet.
     *
     * @param at its time; Long.MIN_VALUE when it has none
     * @param key whether decoding can begin there
     * @param disposable whether no other picture refers to it
     */
    boolean needs(long at, boolean key, boolean disposable) {
        if (at == Long.MIN_VALUE || lastNeeded != Long.MIN_VALUE && Math.abs(at - lastNeeded) > LONGEST_JUMP) {
            wantAll();
            keys.forget();
            lastNeeded = at;
        } else {
            rate.add(at);
        }
        boolean needed = key ? needsKey(at) : needsOther(at, disposable);
        if (needed) {
            take(at);
        } else {
            broken |= !disposable;
        }
        return needed;
    }

    private boolean needsKey(long at) {
        keys.key(at, broken);
        boolean silent = lastNeeded == Long.MIN_VALUE || Math.abs(at - lastNeeded) >= LONGEST_SILENCE;
        boolean needed = silent || all() || unserved(at) || !keys.only() && wantedFrom(at);
        if (!needed) {
            keys.leftOut();
        } else if (broken) {
            leadingBefore = at;
            broken = false;
        }
        return needed;
    }

    private boolean needsOther(long at, boolean disposable) {
        keys.other(at, broken);
        if (broken || at < leadingBefore) {
            return false;
        }
        return all() || (disposable ? unserved(at) : wantedFrom(at));
    }

    private boolean all() {
        return every == 0 || everything.getAsBoolean() || rate.perSecond() * every < LEAST_EXCESS * 1e6;
    }

    /** Whether the picture is the one for a moment, as far as one can see. */
    private boolean unserved(long at) {
        long slot = slot(at);
        return slot >= SLOTS || slot >= 0 && best[(int) slot] > at;
    }

    /** Whether this picture, or one that follows it, is wanted before the next key frame. */
    private boolean wantedFrom(long at) {
        long next = keys.next();
        if (next == Long.MAX_VALUE) {
            return true;
        }
        // A key frame that comes soon after the moment is as good.
        boolean soon = next - origin - slot(next) * every <= every / 2;
        long last = slot(next) - (soon ? 1 : 0);
        long slot = slot(at);
        return slot < last || slot == last && unserved(at);
    }

    private long slot(long at) {
        return Math.floorDiv(at - origin, every);
    }

    private void take(long at) {
        lastNeeded = at;
        if (every > 0) {
            long slot = slot(at);
            if (slot >= 0 && slot < SLOTS) {
                best[(int) slot] = Math.min(best[(int) slot], at);
            }
        }
    }
}
