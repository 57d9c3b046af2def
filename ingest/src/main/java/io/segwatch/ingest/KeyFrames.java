package io.segwatch.ingest;

/**
 * When a stream's next key frame comes, learnt from the last ones: believed where they come regularly, and the less
 * often the more it was wrong. Times are microseconds of the stream's clock. For one thread.
 */
final class KeyFrames {
    private static final long LONGEST_GROUP = 5_000_000;
    private static final int FEWEST_GROUPS = 3;
    private static final int MOST_GROUPS = 96;
    /** After so many in a row, every picture is taken for one. */
    private static final int ALONE = 8;

    private long last = Long.MIN_VALUE;
    /** Whether {@link #last} came out of the decoder as a picture that needs no other. */
    private boolean intra;

    private boolean restarted;
    private long length;
    private int regular;
    private int believedAfter = FEWEST_GROUPS;
    private int inARow;

    /** A key frame has come; {@code restart}: what came before it was not decoded. */
    void key(long at, boolean restart) {
        inARow++;
        long passed = last == Long.MIN_VALUE ? 0 : at - last;
        if (!intra || passed <= 0 || passed > LONGEST_GROUP) {
            if (restarted && !intra) {
                // Decoding cannot begin at what this stream calls a key frame.
                doubt();
            }
            regular = 0;
            length = 0;
        } else if (Math.abs(passed - length) <= length / 8) {
            regular++;
            length = passed;
        } else if (passed > length) {
            regular = 0;
            length = passed;
        }
        // One that comes earlier, as at a change of scene, changes nothing.
        last = at;
        intra = false;
        restarted = restart;
    }

    /** Another picture has come; {@code missing}: the decoder waits for a key frame. */
    void other(long at, boolean missing) {
        inARow = 0;
        if (missing && regular > 0 && at > last + length + length / 4) {
            doubt();
            regular = 0;
        }
    }

    /** The last key frame is not decoded. */
    void leftOut() {
        intra = true;
    }

    /** A picture came out of the decoder. */
    void decoded(long at, boolean alone) {
        intra |= at == last && alone;
    }

    /** Whether every picture is one. */
    boolean only() {
        return inARow >= ALONE;
    }

    /** When the next one comes; Long.MAX_VALUE where that is not known. */
    long next() {
        return regular >= believedAfter ? last + length : Long.MAX_VALUE;
    }

    void forget() {
        last = Long.MIN_VALUE;
        intra = false;
        length = 0;
        regular = 0;
        inARow = 0;
    }

    private void doubt() {
        believedAfter = Math.min(MOST_GROUPS, 2 * believedAfter);
    }
}
