package io.segwatch.inference.worker;

import io.segwatch.contracts.Rle;
import io.segwatch.failure.FatalErrors;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.worker.EncoderThread.EncodedBatch;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import io.segwatch.v1.AreaComparison;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Mask;
import io.segwatch.v1.QueryMask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has some of the frames that the running model has observed encoded by the candidate too, and compares what both see.
 * The worker's thread only copies an encoding; the rest is done on a thread of its own, a frame at a time: while it is
 * busy, no frame is taken. Neither side is smoothed or refined. A fault here costs a comparison and never a frame.
 */
final class ShadowComparison implements AutoCloseable {
    /** Of a camera, zone and query; beyond these no more are compared. */
    static final int MAX_AREAS = 200;

    private static final Logger log = LoggerFactory.getLogger(ShadowComparison.class);
    /** Encodings that may be saved up while nothing is compared. */
    private static final double MOST_SAVED = 2;

    private record Key(String camera, String zone, String query) {}

    private record Taken(WaitingFrame waiting, CachedEncoding running) {}

    private final ModelLane running;
    private final ModelLane candidate;
    private final Function<String, Optional<Camera>> cameras;
    private final InferenceConfig config;
    private final ExecutorService thread;
    private final AtomicBoolean busy = new AtomicBoolean();
    /** By camera, when a frame of it was last taken; for the worker's thread, as what is saved. */
    private final Map<String, Long> takenNanos = new HashMap<>();

    private double saved = 1;

    /** The rest is for the comparing thread. */
    private final FrameDecoder decoder;

    private final BatchPool pool;
    private final Fp32Buffers buffers = new Fp32Buffers();
    private final Map<Key, AreaAgreement> agreements = new LinkedHashMap<>();
    private final Map<String, ZonePixels> zones = new HashMap<>();
    private volatile List<AreaComparison> published = List.of();
    private volatile long frames;
    private volatile double encoderMs;

    /** @param cameras as they are defined; zones of one that is not defined are not compared */
    ShadowComparison(
            ModelLane running,
            ModelLane candidate,
            Function<String, Optional<Camera>> cameras,
            InferenceConfig config) {
        this.running = running;
        this.candidate = candidate;
        this.cameras = cameras;
        this.config = config;
        this.decoder = new FrameDecoder(candidate.model().description().input(), config.maxFramePixels());
        this.pool = new BatchPool(candidate.model());
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread comparing = new Thread(task, "candidate-comparison");
            comparing.setDaemon(true);
            return comparing;
        });
    }

    /** Takes a frame of the batch if it is time to. For the worker's thread. */
    void offer(EncodedBatch done, Predicate<String> compared) {
        List<WaitingFrame> all = done.batch().frames();
        saved = Math.min(MOST_SAVED, saved + config.candidateShare() * all.size());
        for (int i = 0; i < all.size() && saved >= 1 && !busy.get(); i++) {
            String camera = all.get(i).frame().getId().getCamera();
            if (compared.test(camera) && isDue(camera)) {
                saved--;
                takenNanos.put(camera, System.nanoTime());
                busy.set(true);
                WaitingFrame waiting = all.get(i);
                CachedEncoding encoding = new CachedEncoding(
                        waiting.frame(),
                        waiting.geometry(),
                        done.batch().images().encoding(i),
                        null);
                encoding.dropEmbedding();
                thread.execute(FatalErrors.guarded(() -> compare(new Taken(waiting, encoding))));
            }
        }
    }

    private boolean isDue(String camera) {
        if (takenNanos.size() >= FrameProcessor.MAX_CAMERAS) {
            takenNanos.clear();
        }
        Long last = takenNanos.get(camera);
        Duration interval = config.candidateInterval();
        return last == null || System.nanoTime() - last >= interval.toNanos();
    }

    private void compare(Taken taken) {
        try (CachedEncoding encoding = taken.running()) {
            String camera = encoding.frame().getCamera();
            Map<String, Mask> ofRunning =
                    masks(running, camera, encoding.toScore(buffers), encoding.geometry(), encoding.capturedAtMs());
            add(camera, ofRunning, encode(taken.waiting()));
            frames++;
            InferenceMetrics.COMPARED.labels("compared").inc();
        } catch (RuntimeException e) {
            InferenceMetrics.COMPARED.labels("failed").inc();
            log.warn("A frame could not be compared: {}", e.getMessage(), e);
        } finally {
            busy.set(false);
        }
    }

    /** The candidate's masks. */
    private Map<String, Mask> encode(WaitingFrame waiting) {
        InputGeometry geometry = decoder.geometry(waiting.frame(), waiting.size());
        ImageBatch images = pool.take(1, geometry.inputWidth(), geometry.inputHeight());
        try {
            decoder.decode(
                    new WaitingFrame(waiting.record(), waiting.frame(), waiting.size(), geometry, 0, 0), images, 0);
            long start = System.nanoTime();
            candidate.model().encode(images);
            double took = (System.nanoTime() - start) / 1e6;
            encoderMs = encoderMs == 0 ? took : 0.9 * encoderMs + 0.1 * took;
            return masks(
                    candidate,
                    waiting.frame().getId().getCamera(),
                    images.encoding(0),
                    geometry,
                    waiting.frame().getCapturedAtMs());
        } finally {
            pool.giveBack(images);
        }
    }

    private Map<String, Mask> masks(
            ModelLane lane, String camera, Encoding encoding, InputGeometry geometry, long capturedAtMs) {
        List<EncodedQueries.ActiveQuery> asked = lane.queries().entries().stream()
                .filter(entry -> entry.runsOn(camera))
                .toList();
        Encoding unrefined =
                encoding.over(encoding.textAligned(), encoding.backgroundLse(), encoding.imageFeature(), null);
        Map<String, Mask> masks = new LinkedHashMap<>();
        try (QueryScorer scorer = new QueryScorer(lane.model(), config, asked)) {
            for (QueryMask mask : scorer.score(unrefined, geometry, capturedAtMs, null, new IdentityHashMap<>())) {
                masks.put(mask.getQuery(), mask.getMask());
            }
        }
        return masks;
    }

    private void add(String camera, Map<String, Mask> ofRunning, Map<String, Mask> ofCandidate) {
        Camera defined = cameras.apply(camera)
                .orElseGet(() -> Camera.newBuilder().setId(camera).build());
        ofRunning.forEach((query, mask) -> {
            Mask other = ofCandidate.get(query);
            if (other != null) {
                byte[] pixels = Rle.decode(mask);
                byte[] otherPixels = resized(other, mask.getWidth(), mask.getHeight());
                zones(defined, mask.getWidth(), mask.getHeight()).byZone().forEach((zone, places) -> {
                    Key key = new Key(camera, zone, query);
                    if (places.length > 0 && (agreements.containsKey(key) || agreements.size() < MAX_AREAS)) {
                        agreements
                                .computeIfAbsent(key, any -> new AreaAgreement())
                                .add(pixels, otherPixels, places);
                    }
                });
            }
        });
        publish();
    }

    private ZonePixels zones(Camera camera, int width, int height) {
        ZonePixels known = zones.get(camera.getId());
        if (known == null || !known.isOf(camera, width, height)) {
            known = new ZonePixels(camera, width, height);
            zones.put(camera.getId(), known);
        }
        return known;
    }

    /** The mask at another size, each pixel as the one nearest to its centre. */
    static byte[] resized(Mask mask, int width, int height) {
        byte[] from = Rle.decode(mask);
        if (mask.getWidth() == width && mask.getHeight() == height) {
            return from;
        }
        byte[] to = new byte[width * height];
        for (int y = 0; y < height; y++) {
            int fromY = (int) ((y + 0.5) * mask.getHeight() / height);
            for (int x = 0; x < width; x++) {
                to[y * width + x] = from[fromY * mask.getWidth() + (int) ((x + 0.5) * mask.getWidth() / width)];
            }
        }
        return to;
    }

    private void publish() {
        List<AreaComparison> all = new ArrayList<>(agreements.size());
        agreements.forEach((key, agreement) -> {
            all.add(agreement
                    .describe()
                    .setCamera(key.camera())
                    .setZone(key.zone())
                    .setQuery(key.query())
                    .build());
            InferenceMetrics.DIFFERENCE
                    .labels(key.camera(), key.zone(), key.query())
                    .set(agreement.meanDifference());
        });
        published = List.copyOf(all);
    }

    /** As they stand; for any thread, as the next two. */
    List<AreaComparison> comparisons() {
        return published;
    }

    long frames() {
        return frames;
    }

    /** Milliseconds a frame of late, 0 before the first. */
    double encoderMs() {
        return encoderMs;
    }

    /** Waits for the frame that is being compared. The worker's thread may offer no more. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        InferenceMetrics.DIFFERENCE.clear();
        pool.close();
        decoder.close();
    }
}
