package io.segwatch.dashboard.past;

import java.util.Arrays;

/** The windows of one length of one series, in the order of time, 20 bytes each. Not threadsafe. */
final class SeriesColumns {
    private static final int FIRST = 16;

    private long[] starts = new long[FIRST];
    private float[] means = new float[FIRST];
    private float[] peaks = new float[FIRST];
    private int[] seen = new int[FIRST];
    /** Where the oldest and where the next window is. */
    private int begin;

    private int end;

    int size() {
        return end - begin;
    }

    /** Start of the i-th window, the oldest is 0; milliseconds. */
    long start(int i) {
        return starts[begin + i];
    }

    /** Mean share in it, 0..1. */
    float mean(int i) {
        return means[begin + i];
    }

    /** Largest share in it, 0..1. */
    float peak(int i) {
        return peaks[begin + i];
    }

    /** Frames that were seen in it. */
    int seen(int i) {
        return seen[begin + i];
    }

    /** Which is the first window that starts at this moment or later; the number of windows when none does. */
    int firstFrom(long startMs) {
        int found = Arrays.binarySearch(starts, begin, end, startMs);
        return (found < 0 ? -found - 1 : found) - begin;
    }

    /** Takes a window; one that is there already stays when it has seen more. Returns whether there is one more. */
    boolean put(long startMs, float mean, float peak, int frames) {
        int at = size() == 0 || startMs > starts[end - 1] ? end : begin + firstFrom(startMs);
        boolean more = at == end || starts[at] != startMs;
        if (more) {
            at = makeRoom(at);
        } else if (seen[at] > frames) {
            return false;
        }
        starts[at] = startMs;
        means[at] = mean;
        peaks[at] = peak;
        seen[at] = frames;
        return more;
    }

    void removeOldest() {
        begin++;
    }

    /** Removes the windows that start before this moment, and returns how many. */
    int removeBefore(long startMs) {
        int old = firstFrom(startMs);
        begin += old;
        return old;
    }

    /** Makes a place before the one at {@code at}, and returns where it is then. */
    private int makeRoom(int at) {
        int offset = at - begin;
        if (end == starts.length) {
            int length = size() + Math.max(FIRST, size() / 4);
            starts = Arrays.copyOf(Arrays.copyOfRange(starts, begin, end), length);
            means = Arrays.copyOf(Arrays.copyOfRange(means, begin, end), length);
            peaks = Arrays.copyOf(Arrays.copyOfRange(peaks, begin, end), length);
            seen = Arrays.copyOf(Arrays.copyOfRange(seen, begin, end), length);
            end -= begin;
            begin = 0;
        }
        int place = begin + offset;
        int after = end - place;
        System.arraycopy(starts, place, starts, place + 1, after);
        System.arraycopy(means, place, means, place + 1, after);
        System.arraycopy(peaks, place, peaks, place + 1, after);
        System.arraycopy(seen, place, seen, place + 1, after);
        end++;
        return place;
    }
}
