package io.segwatch.dashboard.live;

import java.util.concurrent.TimeUnit;

/**
 * What a viewer's line and page can take: how many bytes may be under way to it, so that what arrives is not old, and
 * how much smaller its pictures must be. Told by what the viewer acknowledges, and by which pictures had to make room
 * for newer ones before they could be sent. Threadsafe.
 */
final class ViewerPace {
    private static final double FIRST_WINDOW = 256 << 10;
    private static final double LARGEST_WINDOW = 4 << 20;
    private static final double SMALLEST_WINDOW = 1 << 10;
    /** Beyond the shortest delay that was seen: more is a queue on the way. */
    private static final long QUEUED_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int FEW = 3;
    private static final double TOO_MANY = 0.3;
    private static final long FIRST_PROOF_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long LONGEST_PROOF_NANOS = TimeUnit.SECONDS.toNanos(60);

    private double window = FIRST_WINDOW;
    private long shrunkAtNanos;
    private long shortestNanos = Long.MAX_VALUE;

    private volatile int strain;
    private long periodNanos;
    private int offered;
    private int late;
    /** Since when all went well. */
    private long wellSinceNanos;
    /** How long all must go well before pictures get better. */
    private long proofNanos = FIRST_PROOF_NANOS;

    private long betterAtNanos;
    private boolean tried;

    ViewerPace(long nowNanos) {
        periodNanos = nowNanos;
        wellSinceNanos = nowNanos;
    }

    /** 0 for what is wanted, to {@link PictureSize#MAX_STRAIN}. */
    int strain() {
        return strain;
    }

    /** @param underWay bytes that were sent and are not acknowledged */
    synchronized boolean takes(int underWay) {
        return underWay == 0 || underWay < window;
    }

    /** The viewer has acknowledged a picture. */
    synchronized void acknowledged(int bytes, long delayNanos, long nowNanos) {
        shortestNanos = Math.min(shortestNanos, delayNanos);
        if (delayNanos - shortestNanos <= QUEUED_NANOS) {
            window = Math.min(LARGEST_WINDOW, window + bytes);
            return;
        }
        late++;
        if (nowNanos - shrunkAtNanos > delayNanos) {
            window = Math.max(SMALLEST_WINDOW, window / 2);
            shrunkAtNanos = nowNanos;
        }
    }

    /**
     * A picture waits to be sent.
     *
     * @param instead whether one that has waited a while had to make room for it
     */
    synchronized void offered(boolean instead, long nowNanos) {
        offered++;
        late += instead ? 1 : 0;
        if (nowNanos - periodNanos < PERIOD_NANOS || offered < FEW) {
            return;
        }
        if (late > offered * TOO_MANY) {
            worse(nowNanos);
        } else if (late > 0) {
            wellSinceNanos = nowNanos;
        } else if (strain > 0 && nowNanos - wellSinceNanos > proofNanos) {
            strain--;
            tried = true;
            betterAtNanos = nowNanos;
            wellSinceNanos = nowNanos;
        }
        if (tried && nowNanos - betterAtNanos > 2 * proofNanos) {
            tried = false;
            proofNanos = FIRST_PROOF_NANOS;
        }
        periodNanos = nowNanos;
        offered = 0;
        late = 0;
    }

    /** Better pictures that were too much are not tried again so soon. */
    private void worse(long nowNanos) {
        strain = Math.min(PictureSize.MAX_STRAIN, strain + 1);
        wellSinceNanos = nowNanos;
        if (tried) {
            tried = false;
            proofNanos = Math.min(LONGEST_PROOF_NANOS, 2 * proofNanos);
        }
    }
}
