package io.segwatch.inference.search;

import io.segwatch.v1.SearchMoment;
import io.segwatch.v1.SearchRequest;
import io.segwatch.v1.SearchSeries;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * One camera's frames, from the newest to the oldest, to moments and to the columns of a series. A moment lasts while
 * the share is at least three quarters of the least one, which it reaches once: a share about the least one makes one
 * moment, not many. It goes on over a frame that misses it, and over a gap as short: its parts are at most one and a
 * half times as far apart as its frames stand for. For one thread.
 */
final class CameraScan {
    /** Of a frame that does not say for how long it stands. */
    private static final long USUAL_MS = 5_000;

    private static final double TOLERANCE = 1.5;
    /** Of the least share: with so much a moment goes on. */
    private static final double LASTING = 0.75;

    private final String camera;
    private final long fromMs;
    private final long toMs;
    private final double minShare;
    private final long columnMs;
    private final float[] columns;
    private final ShareHistogram usual = new ShareHistogram();
    private final Optional<LiveUsual> liveUsual;
    private final Consumer<SearchMoment> found;
    private SearchMoment.Builder open;
    /** For how long the oldest frame of the open moment stands. */
    private long openValidMs;

    private long newerMs;
    private long seenMs;
    private int told;

    /**
     * @param request with its defaults filled in
     * @param liveUsual what a live query of the same words finds usual, where that is known
     * @param found hears of each moment once no older frame can be of it
     */
    CameraScan(String camera, SearchRequest request, Optional<LiveUsual> liveUsual, Consumer<SearchMoment> found) {
        this.camera = camera;
        this.fromMs = request.getFromMs();
        this.toMs = request.getToMs();
        this.minShare = request.getMinShare();
        this.columns = new float[request.getColumns()];
        this.columnMs = columns.length == 0 ? 0 : Math.max(1, -Math.floorDiv(fromMs - toMs, columns.length));
        this.liveUsual = liveUsual;
        this.found = found;
        this.newerMs = toMs;
        Arrays.fill(columns, -1);
    }

    /** A frame that is older than those before it, give or take some seconds. */
    void add(Sighting frame) {
        long valid = frame.validMs() <= 0 ? USUAL_MS : frame.validMs();
        long untilMs = Math.max(frame.atMs() + 1, Math.min(frame.atMs() + valid, newerMs));
        seenMs += Math.min(toMs, untilMs) - Math.max(fromMs, Math.min(frame.atMs(), toMs));
        newerMs = Math.min(newerMs, frame.atMs());
        usual.add(frame.share());
        draw(frame.atMs(), untilMs, (float) frame.share());
        boolean there = frame.share() >= LASTING * minShare;
        long partMs = there ? Math.min(valid, openValidMs) : openValidMs;
        long absentMs = open == null ? 0 : open.getFromMs() - (there ? untilMs : frame.atMs());
        if (open != null && absentMs > TOLERANCE * Math.max(USUAL_MS, partMs)) {
            close();
        }
        if (there) {
            openValidMs = valid;
            if (open == null) {
                open = frame.moment().setToMs(untilMs);
            } else {
                join(frame);
            }
        }
    }

    private void join(Sighting frame) {
        open.setFromMs(Math.min(open.getFromMs(), frame.atMs())).setFrames(open.getFrames() + 1);
        SearchMoment.Builder alone = frame.moment();
        if (frame.share() > open.getPeakShare()) {
            open.setPeakShare(frame.share()).setPeakFrame(alone.getPeakFrame()).setPeakAtMs(frame.atMs());
        }
        open.setPeakProbability(Math.max(open.getPeakProbability(), frame.probability()));
    }

    private void draw(long beginMs, long endMs, float share) {
        if (columns.length == 0) {
            return;
        }
        int newest = column(Math.min(endMs, toMs) - 1);
        int oldest = column(Math.max(beginMs, fromMs));
        for (int i = newest; i <= oldest; i++) {
            columns[i] = Math.max(columns[i], share);
        }
    }

    /** From the newest on. */
    private int column(long atMs) {
        return (int) Math.max(0, Math.min(columns.length - 1, (toMs - 1 - atMs) / columnMs));
    }

    private void close() {
        SearchMoment moment = open.build();
        open = null;
        if (moment.getPeakShare() < minShare) {
            return;
        }
        found.accept(moment.toBuilder()
                .setAboveUsual(liveUsual
                        .map(live -> live.deviations(moment))
                        .orElse(OptionalDouble.empty())
                        .orElseGet(() -> usual.deviations(moment.getPeakShare())))
                .build());
    }

    /** All from {@code ms} on has been read: the columns that are known since the last call. */
    Optional<SearchSeries> reached(long ms) {
        if (open != null && ms < open.getFromMs() - 2 * gone()) {
            close();
        }
        int known = columns.length == 0 ? 0 : ms <= fromMs ? columns.length : column(ms);
        if (known <= told) {
            return Optional.empty();
        }
        SearchSeries.Builder series = SearchSeries.newBuilder()
                .setCamera(camera)
                .setFromMs(Math.max(0, toMs - (told + 1) * columnMs))
                .setColumnMs(columnMs);
        for (; told < known; told++) {
            series.addShares(columns[told]);
        }
        return Optional.of(series.build());
    }

    /** After so long without a frame a moment has begun. */
    private static long gone() {
        return BackwardReading.LATE_MS;
    }

    /** There are no older frames. */
    void end() {
        if (open != null) {
            close();
        }
    }

    /** Of the span, for how long a frame stood. */
    long seenMs() {
        return seenMs;
    }
}
