package io.segwatch.ingest;

import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.segwatch.v1.CameraStatus;
import java.util.Locale;

/** One camera's series; they go with the camera. Threadsafe. */
final class Metrics {
    /** Why a frame that was due has not been published. */
    enum Drop {
        /** Too many frames of the camera wait for Kafka. */
        KAFKA_BEHIND,
        /** Kafka refused it or did not take it in time. */
        KAFKA_FAILED,
        /** It came so late that newer ones must be waiting behind it. */
        LATE
    }

    private static final double[] SECONDS = {0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.5, 2, 8};
    private static final Counter decoded = Counter.build("segwatch_ingest_frames_decoded_total", "Pictures decoded")
            .labelNames("camera")
            .register();
    private static final Counter published = Counter.build(
                    "segwatch_ingest_frames_published_total", "Frames that Kafka has acknowledged")
            .labelNames("camera")
            .register();
    private static final Counter dropped = Counter.build(
                    "segwatch_ingest_frames_dropped_total", "Frames that were due and not published")
            .labelNames("camera", "reason")
            .register();
    private static final Counter reconnects = Counter.build(
                    "segwatch_ingest_reconnects_total", "Attempts to connect after the first")
            .labelNames("camera")
            .register();
    private static final Gauge state = Gauge.build("segwatch_ingest_camera_state", "1 for the state the camera is in")
            .labelNames("camera", "state")
            .register();
    private static final Histogram decodeSeconds = Histogram.build(
                    "segwatch_ingest_decode_seconds", "From asking for a picture to having it, waiting included")
            .buckets(SECONDS)
            .labelNames("camera")
            .register();
    private static final Histogram encodeSeconds = Histogram.build(
                    "segwatch_ingest_encode_seconds", "Scaling a picture and encoding it as JPEG")
            .buckets(SECONDS)
            .labelNames("camera")
            .register();

    final Counter.Child framesDecoded;
    final Counter.Child framesPublished;
    final Counter.Child reconnected;
    final Histogram.Child decode;
    final Histogram.Child encode;
    private final String camera;

    Metrics(String camera) {
        this.camera = camera;
        framesDecoded = decoded.labels(camera);
        framesPublished = published.labels(camera);
        reconnected = reconnects.labels(camera);
        decode = decodeSeconds.labels(camera);
        encode = encodeSeconds.labels(camera);
        for (Drop reason : Drop.values()) {
            dropped.labels(camera, label(reason));
        }
    }

    void drop(Drop reason) {
        dropped.labels(camera, label(reason)).inc();
    }

    static void show(String camera, CameraStatus.State now) {
        for (CameraStatus.State each : CameraStatus.State.values()) {
            if (each.name().equals(now.name())) {
                state.labels(camera, label(each)).set(1);
            } else if (isState(each)) {
                state.labels(camera, label(each)).set(0);
            }
        }
    }

    static void remove(String camera) {
        decoded.remove(camera);
        published.remove(camera);
        reconnects.remove(camera);
        decodeSeconds.remove(camera);
        encodeSeconds.remove(camera);
        for (Drop reason : Drop.values()) {
            dropped.remove(camera, label(reason));
        }
        for (CameraStatus.State each : CameraStatus.State.values()) {
            state.remove(camera, label(each));
        }
    }

    private static boolean isState(CameraStatus.State each) {
        return each != CameraStatus.State.UNRECOGNIZED && each != CameraStatus.State.STATE_UNSPECIFIED;
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
