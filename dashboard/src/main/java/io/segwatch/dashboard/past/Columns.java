package io.segwatch.dashboard.past;

import java.util.Arrays;
import java.util.List;

/**
 * Shares of a span as columns of steps of the same length: step {@code i} begins at {@code fromMs + i * stepMs}.
 *
 * @param windowMs the length of window that it was made of, but for what is older than these are kept
 * @param fromMs beginning of the first step, a whole number of steps since 1970
 * @param stepMs a whole number of windows
 * @param oldestMs start of the oldest window that there is; 0 when there is none
 * @param newestMs end of the newest one; 0 when there is none
 */
public record Columns(
        long windowMs, long fromMs, long stepMs, int count, List<Column> queries, long oldestMs, long newestMs) {
    /** Most numbers of one kind, over all queries. */
    static final int MAX_VALUES = 200_000;

    /** End of the last step. */
    public long toMs() {
        return fromMs + count * stepMs;
    }

    /** One query's steps; NaN where no frame was seen. */
    public static final class Column {
        private final String query;
        private final float[] means;
        private final float[] peaks;
        private final int[] frames;

        Column(String query, int count) {
            this.query = query;
            this.means = new float[count];
            this.peaks = new float[count];
            this.frames = new int[count];
        }

        /** Adds a window to each step that it touches. */
        void add(Columns columns, SeriesColumns windows, int i, long lengthMs, long untilMs) {
            int seen = windows.seen(i);
            if (seen == 0) {
                return;
            }
            long startMs = Math.max(windows.start(i), columns.fromMs());
            long endMs = Math.min(windows.start(i) + lengthMs, untilMs);
            int last = (int) ((endMs - 1 - columns.fromMs()) / columns.stepMs());
            for (int step = (int) ((startMs - columns.fromMs()) / columns.stepMs()); step <= last; step++) {
                means[step] += windows.mean(i) * seen;
                peaks[step] = Math.max(peaks[step], windows.peak(i));
                frames[step] += seen;
            }
        }

        void finish() {
            for (int step = 0; step < means.length; step++) {
                means[step] = frames[step] == 0 ? Float.NaN : means[step] / frames[step];
                peaks[step] = frames[step] == 0 ? Float.NaN : peaks[step];
            }
        }

        public String query() {
            return query;
        }

        /** Mean share of a step, 0..1, weighted by the frames that were seen. */
        public float mean(int step) {
            return means[step];
        }

        /** Largest share in a step, 0..1. */
        public float peak(int step) {
            return peaks[step];
        }

        @Override
        public String toString() {
            return query + Arrays.toString(means);
        }
    }
}
