package io.segwatch.inference.features;

import com.google.protobuf.MessageLite;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.Features;
import io.segwatch.v1.Frame;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Thumbnail;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.bytedeco.opencv.opencv_core.Mat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps some of the frames that a worker encodes: their vectors and a small picture. A fault here costs records and
 * never the frame. For the worker's thread; {@link #remark} for any.
 */
public final class FeatureLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FeatureLog.class);
    private static final Counter RECORDS = Counter.build(
                    "segwatch_inference_features_total",
                    "Records of the feature log and thumbnails, by what became of them")
            .labelNames("result")
            .register();
    private static final Histogram SECONDS = Histogram.build(
                    "segwatch_inference_features_seconds",
                    "Time of making one record of the feature log and its thumbnail")
            .buckets(.001, .002, .004, .008, .016, .032, .064)
            .register();
    /** Records that Kafka has not taken yet, beyond which no more are made. */
    private static final int MOST_IN_FLIGHT = 500;

    private record Hidden(List<PrivacyMask> masks, CoarseGrid grid, BitSet cells) {}

    /** One camera's. */
    private static final class Kept {
        private final FeatureSchedule schedule;
        private Hidden hidden;

        Kept(long intervalMs) {
            schedule = new FeatureSchedule(intervalMs);
        }
    }

    private final SegmentationModel model;
    private final long intervalMs;
    private final Function<String, Optional<List<PrivacyMask>>> masks;
    private final Sender<Features> features;
    private final Sender<Thumbnail> thumbnails;
    private final FeatureEncoder encoder;
    private final ThumbnailEncoder pictures = new ThumbnailEncoder();
    private final Map<String, Kept> cameras = new HashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private boolean failed;

    /**
     * @param interval between a camera's records while something moves; zero keeps none
     * @param masks of a camera by its id; empty where they are not known, and then nothing of it is kept
     */
    public FeatureLog(
            SegmentationModel model,
            Duration interval,
            Function<String, Optional<List<PrivacyMask>>> masks,
            Sender<Features> features,
            Sender<Thumbnail> thumbnails) {
        this.model = model;
        this.intervalMs = interval.isZero() ? 0 : Math.max(FeatureSchedule.LEAST_MS, interval.toMillis());
        this.masks = masks;
        this.features = features;
        this.thumbnails = thumbnails;
        this.encoder = model.featureBasis()
                .map(basis -> new FeatureEncoder(basis, BackgroundEntries.of(model.description(), model.background())))
                .orElse(null);
    }

    /** Why nothing is kept and what to do about it; empty while frames are. */
    public String remark() {
        if (intervalMs == 0) {
            return "segwatch.inference.features.interval is 0s: nothing is kept for the search of the past.";
        }
        if (encoder == null) {
            return "The model " + model.description().id()
                    + " has no feature_basis.f32: nothing is kept for the search of"
                    + " the past. Export it anew, or add the file by training's command feature-basis.";
        }
        return "";
    }

    /**
     * Keeps the frame if it is time to.
     *
     * @param input what was encoded, RGB
     * @param begins nothing of the camera's frames before tells of this one: a new connection, or a cut
     * @param moving positions of the encoding where the picture may have changed; null where that is not known
     */
    public void frame(
            Frame frame, Encoding encoding, InputGeometry geometry, Mat input, boolean begins, boolean[] moving) {
        if (encoder == null || intervalMs == 0) {
            return;
        }
        try {
            Kept camera = cameras.computeIfAbsent(frame.getId().getCamera(), id -> new Kept(intervalMs));
            if (begins) {
                camera.schedule.reset();
            }
            Optional<List<PrivacyMask>> ofCamera = masks.apply(frame.getId().getCamera());
            if (ofCamera.isEmpty()) {
                camera.schedule.reset();
                return;
            }
            OptionalLong validMs = camera.schedule.due(frame.getCapturedAtMs(), share(moving));
            if (validMs.isPresent()) {
                keep(frame, encoding, geometry, input, camera, ofCamera.get(), validMs.getAsLong());
            }
        } catch (RuntimeException e) {
            RECORDS.labels("failed").inc();
            if (!failed) {
                failed = true;
                log.error("A frame could not be kept in the feature log; further failures are counted only", e);
            }
        }
    }

    private static double share(boolean[] moving) {
        if (moving == null) {
            return 1;
        }
        int count = 0;
        for (boolean moves : moving) {
            count += moves ? 1 : 0;
        }
        return (double) count / moving.length;
    }

    private void keep(
            Frame frame,
            Encoding encoding,
            InputGeometry geometry,
            Mat input,
            Kept camera,
            List<PrivacyMask> ofCamera,
            long validMs) {
        if (inFlight.get() > MOST_IN_FLIGHT) {
            RECORDS.labels("dropped").inc();
            return;
        }
        Histogram.Timer timer = SECONDS.startTimer();
        Features.Builder record = Features.newBuilder()
                .setFrame(frame.getId())
                .setCapturedAtMs(frame.getCapturedAtMs())
                .setModel(model.description().id())
                .setValidMs(validMs);
        // Format, columns and rows take up to eight bytes.
        CoarseGrid grid = encoder.grid(geometry, record.build().getSerializedSize() + 8);
        encoder.encode(encoding, geometry, grid, hidden(camera, ofCamera, grid), record);
        Thumbnail thumbnail = Thumbnail.newBuilder()
                .setFrame(frame.getId())
                .setCapturedAtMs(frame.getCapturedAtMs())
                .setJpeg(pictures.encode(input, geometry))
                .build();
        timer.observeDuration();
        send(features, frame, record.build(), "record");
        send(thumbnails, frame, thumbnail, "thumbnail");
    }

    private <T extends MessageLite> void send(Sender<T> sender, Frame frame, T message, String kind) {
        inFlight.incrementAndGet();
        try {
            sender.send(frame.getId().getCamera(), message, (metadata, failure) -> {
                inFlight.decrementAndGet();
                RECORDS.labels(failure == null ? kind : "failed").inc();
            });
        } catch (RuntimeException e) {
            inFlight.decrementAndGet();
            throw e;
        }
    }

    private static BitSet hidden(Kept camera, List<PrivacyMask> masks, CoarseGrid grid) {
        Hidden known = camera.hidden;
        if (known == null || !known.grid().equals(grid) || !known.masks().equals(masks)) {
            known = new Hidden(masks, grid, HiddenCells.of(masks, grid));
            camera.hidden = known;
        }
        return known.cells();
    }

    /** The worker sees nothing more of this camera. */
    public void release(String camera) {
        cameras.remove(camera);
    }

    @Override
    public void close() {
        pictures.close();
    }
}
