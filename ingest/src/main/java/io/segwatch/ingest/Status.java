package io.segwatch.ingest;

import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.State;
import java.time.Duration;

/**
 * One camera's state and counts. Its grabber writes them and the role reads them. The role also detects stalls here,
 * because the grabber itself may be stuck in a native call. Threadsafe.
 */
final class Status {
    private static final long ELSEWHERE_NANOS = 10_000_000_000L;

    private final String camera;
    private final String instance;
    private final Runnable changed;
    private State state;
    private String reason = "";
    private String codec = "";
    private String hwaccel = "";
    private long epoch;
    private int width;
    private int height;
    private long lastFrameAtMs;
    private long retryAtMs;
    private long decoded;
    private long skipped;
    private long published;
    private long reconnects;
    private double targetFps;
    private CameraStatus.Encryption encryption = CameraStatus.Encryption.getDefaultInstance();
    /** System.nanoTime() since when the grabber waits for a picture; 0 while it waits for none. */
    private long waitingSince;

    private Duration stallAfter = Duration.ZERO;
    private final Shortfall shortfall = new Shortfall();

    private final PublishedRate rate = new PublishedRate();
    private double fps;

    private final long began = System.nanoTime();
    private String elsewhere = "";
    private long elsewhereUntil;

    /**
     * @param instance the name of this one
     * @param changed called at each change of state, on the thread that made it
     */
    Status(String camera, String instance, State state, String reason, Runnable changed) {
        this.camera = camera;
        this.instance = instance;
        this.state = state;
        this.reason = reason;
        this.changed = changed;
    }

    void connecting(long epoch, boolean again) {
        synchronized (this) {
            this.epoch = epoch;
            reconnects += again ? 1 : 0;
            retryAtMs = 0;
        }
        // The reason of the last failure stays until a picture shows that it is gone.
        enter(State.CONNECTING, again ? reason() : "");
    }

    /** @param fps frames a second that are to be published */
    synchronized void wanted(double fps) {
        targetFps = fps;
    }

    /** @param stallAfter when the camera counts as stalled if no picture comes */
    synchronized void waiting(Duration stallAfter) {
        this.stallAfter = stallAfter;
        waitingSince = System.nanoTime();
    }

    /** A picture has come that is not decoded, because none was wanted there. */
    synchronized void skipped(Duration stallAfter) {
        skipped++;
        waiting(stallAfter);
    }

    /** @param note what is to be said of the camera although it is live; mostly empty */
    void decoded(PictureShape shape, VideoReader video, long capturedAtMs, String note) {
        String said;
        synchronized (this) {
            waitingSince = 0;
            decoded++;
            width = shape.width();
            height = shape.height();
            codec = video.codec();
            hwaccel = video.decoder().hwaccel();
            lastFrameAtMs = capturedAtMs;
            if (System.nanoTime() - elsewhereUntil > 0) {
                elsewhere = "";
            }
            said = !elsewhere.isEmpty() ? elsewhere : note.isEmpty() ? shortfall.note() : note;
        }
        enter(State.LIVE, said);
    }

    /** @param seen the camera's certificate, without a verdict when none was seen */
    synchronized void encryption(CameraStatus.Encryption seen) {
        encryption = seen;
    }

    /** A frame was to be published. */
    synchronized void due() {
        shortfall.due();
    }

    synchronized void published() {
        published++;
        rate.published(System.nanoTime());
        shortfall.published();
    }

    synchronized void dropped(IngestMetrics.Drop why) {
        shortfall.dropped(why);
    }

    /**
     * Another instance says that it grabs this camera. What comes soon after this one has begun may be late.
     *
     * @return whether that is news
     */
    synchronized boolean grabbedBy(String other) {
        long now = System.nanoTime();
        if (now - began < ELSEWHERE_NANOS) {
            return false;
        }
        boolean news = elsewhere.isEmpty();
        elsewhereUntil = now + ELSEWHERE_NANOS;
        elsewhere = "Also grabbed by " + other + ", so that its frames come twice. Let all ingest processes share the"
                + " cameras (segwatch.ingest.share=true), or give each a segwatch.ingest.shard of its own.";
        return news;
    }

    void offline(String reason, long retryAtMs) {
        synchronized (this) {
            waitingSince = 0;
            this.retryAtMs = retryAtMs;
        }
        enter(State.OFFLINE, reason);
    }

    void ended() {
        synchronized (this) {
            waitingSince = 0;
        }
        enter(State.ENDED, "The file has been played once, to its end.");
    }

    /** Marks the camera as stalled when its grabber has waited too long for a picture. */
    void detectStall() {
        boolean stalled;
        long limitMs;
        synchronized (this) {
            limitMs = stallAfter.toMillis();
            stalled =
                    state == State.LIVE && waitingSince != 0 && System.nanoTime() - waitingSince > stallAfter.toNanos();
        }
        if (stalled) {
            enter(
                    State.STALLED,
                    "No picture for " + limitMs + " ms. The role reconnects if none comes; check the"
                            + " camera and the network.");
        }
    }

    /** Measures the rate; about every two seconds. */
    synchronized void measure() {
        if (state == State.LIVE) {
            fps = rate.measure(System.nanoTime());
        } else {
            rate.reset();
            fps = 0;
        }
        shortfall.measure();
    }

    synchronized State state() {
        return state;
    }

    private synchronized String reason() {
        return reason;
    }

    private void enter(State next, String nextReason) {
        synchronized (this) {
            if (next == state && nextReason.equals(reason)) {
                return;
            }
            state = next;
            reason = nextReason;
        }
        changed.run();
    }

    synchronized CameraStatus message() {
        CameraStatus.Builder message = CameraStatus.newBuilder();
        if (!encryption.equals(CameraStatus.Encryption.getDefaultInstance())) {
            message.setEncryption(encryption);
        }
        return message.setCamera(camera)
                .setInstance(instance)
                .setState(state)
                .setReason(reason)
                .setFps(state == State.LIVE ? fps : 0)
                .setLastFrameAtMs(lastFrameAtMs)
                .setEpoch(epoch)
                .setWidth(width)
                .setHeight(height)
                .setCodec(codec)
                .setHwaccel(hwaccel)
                .setAtMs(System.currentTimeMillis())
                .setRetryAtMs(retryAtMs)
                .setFramesDecoded(decoded)
                .setFramesPublished(published)
                .setFramesSkipped(skipped)
                .setReconnects(reconnects)
                .setTargetFps(targetFps)
                .build();
    }
}
