package io.segwatch.dashboard.evidence;

import com.google.protobuf.ByteString;
import io.segwatch.contracts.Topic;
import io.segwatch.failure.FatalErrors;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Clip;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the videos of alerts' openings from the frames that Kafka still has: one at a time, on a thread of its own, and
 * at most {@value #MOST_WAITING} wait. Threadsafe.
 */
final class ClipMaker implements AutoCloseable {
    static final long AROUND_MS = 5_000;
    static final int MOST_BYTES = 2 << 20;
    private static final Logger log = LoggerFactory.getLogger(ClipMaker.class);
    private static final int MOST_WAITING = 128;
    /** After the video's end, for its last frames and what was seen in them to come. */
    private static final long PATIENCE_MS = 3_000;

    private static final int FEWEST_FRAMES = 2;
    /** Frames that follow another sooner are left out: more than sixteen a second take the CPU from new ones. */
    private static final long CLOSEST_MS = 60;
    /** Each with half the bits of the one before. */
    private static final int TRIES = 3;

    private static final long CLOSE_SECONDS = 5;

    private final PastFrames pastFrames;
    private final Function<String, Optional<Camera>> cameras;
    private final PastFrames.Hidden hidden;
    private final AlreadyKept already;
    private final AtomicInteger waiting = new AtomicInteger();

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "dashboard-clips");
        made.setDaemon(true);
        return made;
    });

    ClipMaker(
            PastFrames pastFrames,
            Function<String, Optional<Camera>> cameras,
            PastFrames.Hidden hidden,
            AlreadyKept already) {
        this.pastFrames = pastFrames;
        this.cameras = cameras;
        this.hidden = hidden;
        this.already = already;
    }

    /**
     * Has the video of this alert made once its last frames are there.
     *
     * @param tenure after which whoever reads the alert again makes it
     */
    void add(Alert opened, Tenure tenure) {
        long now = System.currentTimeMillis();
        if (opened.getOpenedAtMs() < now - PastFrames.EVIDENCE_AFTER_MS) {
            return;
        }
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            EvidenceMetrics.CLIPS.labels("dropped").inc();
            log.warn("There is no video of alert {}: {} others wait already", opened.getId(), MOST_WAITING);
            return;
        }
        long delayMs = Math.max(0, opened.getOpenedAtMs() + AROUND_MS + PATIENCE_MS - now);
        thread.schedule(FatalErrors.guarded(() -> take(opened, tenure)), delayMs, TimeUnit.MILLISECONDS);
    }

    private void take(Alert opened, Tenure tenure) {
        waiting.decrementAndGet();
        try {
            if (tenure.isOver() || hidden.test(opened.getCamera(), opened.getOpenedAtMs())) {
                return;
            }
            String key = AlreadyKept.clip(opened.getId());
            Optional<Camera> camera = cameras.apply(opened.getCamera());
            if (camera.isPresent() && !already.has(Topic.CLIPS, opened.getCamera(), key, opened.getOpenedAtMs())) {
                make(opened, camera.get(), key, tenure);
            }
        } catch (IOException | RuntimeException | LinkageError e) {
            // A machine for which there is no FFmpeg has no videos, and all the rest.
            EvidenceMetrics.CLIPS.labels("failed").inc();
            log.warn("There is no video of alert {}: {}", opened.getId(), e.toString());
        }
    }

    private void make(Alert opened, Camera camera, String key, Tenure tenure) throws IOException {
        long startNanos = System.nanoTime();
        Optional<Clip> clip = made(opened, camera);
        if (clip.isEmpty()) {
            EvidenceMetrics.CLIPS.labels("missing").inc();
            log.debug("There is no video of alert {}: Kafka has no frames of that time", opened.getId());
            return;
        }
        EvidenceMetrics.CLIP_SECONDS.observe((System.nanoTime() - startNanos) / 1e9);
        if (hidden.test(opened.getCamera(), opened.getOpenedAtMs())) {
            return;
        }
        boolean written = tenure.write(Topic.CLIPS, opened.getCamera(), clip.get(), key);
        EvidenceMetrics.CLIPS.labels(written ? "made" : "moved").inc();
    }

    private Optional<Clip> made(Alert opened, Camera camera) throws IOException {
        Map<FrameId, Observation> seen = seen(opened, camera);
        double share = 1;
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<Clip> clip = encoded(opened, camera, seen, share);
            if (clip.isEmpty() || clip.get().getMp4().size() <= MOST_BYTES) {
                return clip;
            }
            share /= 2;
        }
        throw new IOException("it would have more than " + MOST_BYTES + " bytes");
    }

    /** Of what the camera hides; empty where it hides nothing. */
    private Map<FrameId, Observation> seen(Alert opened, Camera camera) {
        Map<FrameId, Observation> seen = new HashMap<>();
        if (HiddenParts.applyTo(camera)) {
            long at = opened.getOpenedAtMs();
            pastFrames.observations(camera.getId(), at - AROUND_MS, at + AROUND_MS, observation -> {
                List<QueryMask> masks = observation.getQueriesList().stream()
                        .filter(mask -> camera.getHiddenQueriesList().contains(mask.getQuery()))
                        .toList();
                seen.put(
                        observation.getFrame(),
                        observation.toBuilder()
                                .clearQueries()
                                .addAllQueries(masks)
                                .build());
            });
        }
        return seen;
    }

    private Optional<Clip> encoded(Alert opened, Camera camera, Map<FrameId, Observation> seen, double share)
            throws IOException {
        long at = opened.getOpenedAtMs();
        try (Recording recording = new Recording(camera, seen, share)) {
            pastFrames.frames(camera.getId(), at - AROUND_MS, at + AROUND_MS, recording::add);
            if (recording.frames < FEWEST_FRAMES) {
                return Optional.empty();
            }
            return Optional.of(Clip.newBuilder()
                    .setAlert(opened.getId())
                    .setCamera(opened.getCamera())
                    .setOpenedAtMs(at)
                    .setMp4(ByteString.copyFrom(recording.encoder.finish()))
                    .setFromMs(recording.firstMs)
                    .setToMs(recording.lastMs)
                    .setFrames(recording.frames)
                    .setWidth(recording.encoder.width())
                    .setHeight(recording.encoder.height())
                    .addAllHiddenQueries(camera.getHiddenQueriesList())
                    .addAllPrivacyMasks(camera.getPrivacyMasksList())
                    .build());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Frames that become one video. For one thread. */
    private static final class Recording implements AutoCloseable {
        private final Camera camera;
        private final Map<FrameId, Observation> seen;
        private final double share;
        private ClipEncoder encoder;
        private long firstMs;
        private long lastMs;
        private int frames;

        Recording(Camera camera, Map<FrameId, Observation> seen, double share) {
            this.camera = camera;
            this.seen = seen;
            this.share = share;
        }

        void add(Frame frame) {
            long atMs = frame.getCapturedAtMs();
            // Of a frame that no worker looked at, nothing may be shown where others are known.
            boolean unknown = !seen.isEmpty() && !seen.containsKey(frame.getId());
            if (unknown || frames > 0 && atMs - lastMs < CLOSEST_MS) {
                return;
            }
            try {
                BufferedImage picture = EvidencePicture.decoded(frame.getJpeg().toByteArray());
                if (HiddenParts.applyTo(camera)) {
                    HiddenParts.hide(
                            picture, camera.getHiddenQueriesList(), Optional.ofNullable(seen.get(frame.getId())));
                }
                MaskedParts.blacken(picture, camera.getPrivacyMasksList());
                if (encoder == null) {
                    firstMs = atMs;
                    encoder = new ClipEncoder(picture.getWidth(), picture.getHeight(), frame.getTargetFps(), share);
                }
                encoder.add(picture, atMs - firstMs);
                lastMs = atMs;
                frames++;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            if (encoder != null) {
                encoder.close();
            }
        }
    }

    /** Waits for the video that is being made, for at most 5 s. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
