package io.segwatch.ingest;

import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.segwatch.v1.CameraStatus;
import java.util.Locale;

/** The role's Prometheus metrics: the series of one camera, removed together with it. Threadsafe. */
final class IngestMetrics {
    /** Why a frame that was due has not been published. */
    enum Drop {
        /** Too many frames of the camera wait for Kafka. */
        KAFKA_BEHIND,
        /** Kafka refused it or did not take it in time. */
        KAFKA_FAILED,
        /** It came so late that newer ones must be waiting behind it. */
        LATE
    }

    private static final double[] BUCKETS_SECONDS = {
        0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.5, 2, 8
    };
    private static final Counter FRAMES_DECODED = Counter.build(
                    "segwatch_ingest_frames_decoded_total", "Pictures decoded")
            .labelNames("camera")
            .register();
    private static final Counter FRAMES_SKIPPED = Counter.build(
                    "segwatch_ingest_frames_skipped_total",
                    "Pictures that were not decoded, because none of them was wanted")
            .labelNames("camera")
            .register();
    private static final Counter FRAMES_PUBLISHED = Counter.build(
                    "segwatch_ingest_frames_published_total", "Frames that Kafka has acknowledged")
            .labelNames("camera")
            .register();
    private static final Counter FRAMES_DROPPED = Counter.build(
                    "segwatch_ingest_frames_dropped_total", "Frames that were due and not published")
            .labelNames("camera", "reason")
            .register();
    private static final Counter RECONNECTS = Counter.build(
                    "segwatch_ingest_reconnects_total", "Attempts to connect after the first")
            .labelNames("camera")
            .register();
    private static final Gauge CAMERAS = Gauge.build("segwatch_ingest_cameras", "Cameras that this process grabs")
            .register();
    private static final Gauge CAMERA_STATE = Gauge.build(
                    "segwatch_ingest_camera_state", "1 for the state the camera is in")
            .labelNames("camera", "state")
            .register();
    private static final Gauge LAST_FRAME_AGE = Gauge.build(
                    "segwatch_ingest_last_frame_age_seconds",
                    "Since Kafka acknowledged a frame of the camera, or since it is grabbed")
            .labelNames("camera")
            .register();
    private static final Histogram DECODE_SECONDS = Histogram.build(
                    "segwatch_ingest_decode_seconds", "From requesting a picture to having it, waiting included")
            .buckets(BUCKETS_SECONDS)
            .labelNames("camera")
            .register();
    private static final Histogram ENCODE_SECONDS = Histogram.build(
                    "segwatch_ingest_encode_seconds", "Scaling a picture and encoding it as JPEG")
            .buckets(BUCKETS_SECONDS)
            .labelNames("camera")
            .register();

    final Counter.Child framesDecoded;
    final Counter.Child framesSkipped;
    private final Counter.Child framesPublished;
    final Counter.Child reconnected;
    final Histogram.Child decode;
    final Histogram.Child encode;
    private final String camera;
    private volatile long lastFrameNanos = System.nanoTime();

    IngestMetrics(String camera) {
        this.camera = camera;
        framesDecoded = FRAMES_DECODED.labels(camera);
        framesSkipped = FRAMES_SKIPPED.labels(camera);
        framesPublished = FRAMES_PUBLISHED.labels(camera);
        reconnected = RECONNECTS.labels(camera);
        decode = DECODE_SECONDS.labels(camera);
        encode = ENCODE_SECONDS.labels(camera);
        for (Drop reason : Drop.values()) {
            FRAMES_DROPPED.labels(camera, label(reason));
        }
        LAST_FRAME_AGE.setChild(
                new Gauge.Child() {
                    @Override
                    public double get() {
                        return (System.nanoTime() - lastFrameNanos) / 1e9;
                    }
                },
                camera);
    }

    void published() {
        framesPublished.inc();
        lastFrameNanos = System.nanoTime();
    }

    void drop(Drop reason) {
        FRAMES_DROPPED.labels(camera, label(reason)).inc();
    }

    static void grabbed(long cameras) {
        CAMERAS.set(cameras);
    }

    static void show(String camera, CameraStatus.State now) {
        for (CameraStatus.State each : CameraStatus.State.values()) {
            if (each.name().equals(now.name())) {
                CAMERA_STATE.labels(camera, label(each)).set(1);
            } else if (isState(each)) {
                CAMERA_STATE.labels(camera, label(each)).set(0);
            }
        }
    }

    static void remove(String camera) {
        FRAMES_DECODED.remove(camera);
        FRAMES_SKIPPED.remove(camera);
        FRAMES_PUBLISHED.remove(camera);
        RECONNECTS.remove(camera);
        LAST_FRAME_AGE.remove(camera);
        DECODE_SECONDS.remove(camera);
        ENCODE_SECONDS.remove(camera);
        for (Drop reason : Drop.values()) {
            FRAMES_DROPPED.remove(camera, label(reason));
        }
        for (CameraStatus.State each : CameraStatus.State.values()) {
            CAMERA_STATE.remove(camera, label(each));
        }
    }

    private static boolean isState(CameraStatus.State each) {
        return each != CameraStatus.State.UNRECOGNIZED && each != CameraStatus.State.STATE_UNSPECIFIED;
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
