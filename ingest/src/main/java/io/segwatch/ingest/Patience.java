package io.segwatch.ingest;

import io.segwatch.v1.Camera;
import java.time.Duration;

/**
 * How long a camera may take for a picture: what is set for it, else the configured limit, or as much more as it has
 * shown to need. A camera with a picture every 15 seconds shows that by its pictures; where the limit cuts each of them
 * off, it is tried with twice the limit each time. For one thread.
 */
final class Patience {
    private static final Duration MOST_TRIED = Duration.ofMinutes(2);
    private static final Duration MOST = Duration.ofHours(1);

    private final IngestConfig config;
    /** Nanoseconds between pictures: the longest, fading with each further picture. */
    private double gap;
    /** What an unproven camera is given; nothing once it has used all of it up in vain. */
    private Duration trial = Duration.ZERO;

    private boolean inVain;
    private int pictures;
    /** Nanoseconds that this connection's pictures had to be waited for. */
    private long lasted;

    Patience(IngestConfig config) {
        this.config = config;
    }

    Duration connect(Camera.Stream set) {
        int ms = set.getConnectTimeoutMs();
        return ms == 0 ? config.connectTimeout() : Duration.ofMillis(ms);
    }

    /** After which time without a picture the camera is connected again. */
    Duration limit(Camera.Stream set) {
        if (set.getReadTimeoutMs() != 0) {
            return Duration.ofMillis(set.getReadTimeoutMs());
        }
        Duration shown = Duration.ofNanos((long) Math.min(MOST.toNanos(), 3 * gap));
        return longest(config.readTimeout(), longest(shown, trial));
    }

    /** After which time without a picture it is shown as stalled. */
    Duration stall(Camera.Stream set) {
        Duration shown = Duration.ofNanos((long) Math.min(MOST.toNanos(), 1.5 * gap));
        double share =
                config.stallAfter().toNanos() / (double) config.readTimeout().toNanos();
        Duration ofSet = Duration.ofMillis(Math.round(set.getReadTimeoutMs() * Math.min(1, share)));
        return longest(config.stallAfter(), longest(shown, ofSet));
    }

    private static Duration longest(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /** A connection begins. */
    void connected() {
        pictures = 0;
        lasted = 0;
    }

    /** @param waited nanoseconds until it came */
    void picture(long waited) {
        if (pictures > 0) {
            gap = Math.max(waited, 0.8 * gap);
            if (waited > config.readTimeout().toNanos() / 4) {
                // What it needs shows in the gap from here on.
                trial = Duration.ZERO;
            }
        }
        pictures++;
        lasted += waited;
        if (lasted > config.readTimeout().toNanos()) {
            inVain = false;
        }
    }

    /** No picture came within {@link #limit}. One that had come steadily for a while is frozen rather than slow. */
    void ranOut(Camera.Stream set) {
        boolean steady = lasted > config.readTimeout().toNanos() / 4;
        if (pictures == 0 || steady || inVain || set.getReadTimeoutMs() != 0) {
            return;
        }
        inVain = trial.compareTo(MOST_TRIED) >= 0;
        Duration twice = limit(set).multipliedBy(2);
        trial = inVain ? Duration.ZERO : twice.compareTo(MOST_TRIED) > 0 ? MOST_TRIED : twice;
    }

    /** What is to be said of a slow camera that works; empty of one that is not slow. */
    String note(Camera.Stream set) {
        if (gap <= config.stallAfter().toNanos()) {
            return "";
        }
        return "Slow: " + Math.round(gap / 1e9) + " s between pictures. Connected again after "
                + limit(set).toSeconds() + " s without one ("
                + (set.getReadTimeoutMs() == 0 ? "learnt; stream.readTimeoutMs sets it" : "stream.readTimeoutMs")
                + ").";
    }

    /** Pictures a second that can be expected; infinite where nothing is known. */
    double fps() {
        return gap <= config.stallAfter().toNanos() ? Double.POSITIVE_INFINITY : 1e9 / gap;
    }
}
