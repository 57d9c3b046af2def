package io.segwatch.dashboard.live;

import io.segwatch.v1.FrameId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One camera on one page: what is wanted of it, and the newest picture that waits to be sent. {@link #due} is for the
 * thread that reads frames, {@link #offer} for any, and the rest for the socket's event loop.
 */
final class Viewing {
    private static final int MAX_UNSEEN = 3;
    private static final int MAX_SENT_KEPT = 64;
    /** Of an interval: cameras are not as regular as a clock. */
    private static final double EARLY = 0.3;
    /** Frames may come in one go: a picture that had to make room so soon tells nothing of the page. */
    private static final long AT_ONCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A picture that was sent and not acknowledged yet. */
    record Sent(FrameId frame, long capturedAtMs, int bytes, long atNanos) {}

    final Watch watch;
    private final LiveSocket page;
    private final AtomicReference<PictureMessage> next = new AtomicReference<>();
    private final Deque<Sent> sent = new ArrayDeque<>();
    private FrameId offered = FrameId.getDefaultInstance();
    private long offeredNanos;
    private long dueNanos = Long.MIN_VALUE;

    Viewing(LiveSocket page, Watch watch) {
        this.page = page;
        this.watch = watch;
    }

    LiveSocket page() {
        return page;
    }

    /** Whether no picture was offered yet. */
    synchronized boolean isFresh() {
        return offered.getCamera().isEmpty();
    }

    /**
     * Whether the rate that is wanted lets this moment's picture through; then the next one is due an interval later.
     */
    boolean due(long nowNanos) {
        if (watch.fps() <= 0) {
            return false;
        }
        if (Double.isInfinite(watch.fps())) {
            return true;
        }
        double interval = TimeUnit.SECONDS.toNanos(1) / watch.fps();
        if (dueNanos != Long.MIN_VALUE && nowNanos - dueNanos < -EARLY * interval) {
            return false;
        }
        long earliest = dueNanos == Long.MIN_VALUE ? nowNanos : Math.max(dueNanos, nowNanos - (long) interval);
        dueNanos = earliest + (long) interval;
        return true;
    }

    /** To be sent, unless a newer one comes first or was here already. */
    void offer(PictureMessage message) {
        PictureMessage before;
        boolean late;
        long now = System.nanoTime();
        synchronized (this) {
            if (!offered.getCamera().isEmpty() && !message.picture().isAfter(offered)) {
                return;
            }
            offered = message.picture().frame();
            before = next.getAndSet(message);
            late = before != null && now - offeredNanos > AT_ONCE_NANOS;
            offeredNanos = now;
        }
        if (before != null) {
            DashboardMetrics.FRAMES_SKIPPED.inc();
        }
        page.offered(this, before == null, late);
    }

    /** What is to be sent now, if anything waits. */
    PictureMessage take() {
        return next.getAndSet(null);
    }

    /** Whether the page has not drawn what it was sent, so that more would only be old when it comes. */
    boolean isBehind() {
        return sent.size() >= MAX_UNSEEN;
    }

    void sent(PictureMessage message, long nowNanos) {
        LivePicture picture = message.picture();
        sent.addLast(new Sent(
                picture.frame(), picture.capturedAtMs(), message.bytes().length(), nowNanos));
        if (sent.size() > MAX_SENT_KEPT) {
            sent.removeFirst();
        }
    }

    /** The page has drawn this frame; with it, those before it. Empty when it was not sent, or is known already. */
    Optional<Sent> shown(long epoch, long sequence) {
        boolean known = sent.stream().anyMatch(one -> is(one, epoch, sequence));
        if (!known) {
            return Optional.empty();
        }
        Sent newest;
        do {
            newest = sent.removeFirst();
        } while (!is(newest, epoch, sequence));
        return Optional.of(newest);
    }

    private static boolean is(Sent one, long epoch, long sequence) {
        return one.frame.getEpoch() == epoch && one.frame.getSequence() == sequence;
    }

    /** Bytes that are under way. */
    int unseenBytes() {
        return sent.stream().mapToInt(Sent::bytes).sum();
    }
}
