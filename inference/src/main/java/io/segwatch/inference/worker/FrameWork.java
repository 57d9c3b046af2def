package io.segwatch.inference.worker;

import io.prometheus.client.Histogram;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.scoring.EncodedQuery;
import io.segwatch.inference.worker.WaitingFrames.Waiting;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Observation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What is done with a frame once it has been read: decode, encode, score, send, keep; and the scoring of new queries
 * over the frames that are kept. For the worker's thread.
 */
final class FrameWork implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FrameWork.class);

    private final SegmentationModel model;
    private final InferenceConfig config;
    private final QueryBook book;
    private final PromptAnswers prompts;
    private final Sender<Observation> observations;
    private final DeadLetters deadLetters;
    private final FrameDecoder decoder;
    private final Batches batches;
    /** Written by the worker's thread only; the status is read from another. */
    private final Map<String, CameraState> cameras = new ConcurrentHashMap<>();

    private final Map<List<QueryBook.Entry>, QueryScorer> scorers = new HashMap<>();
    private final Deque<Backfill> backfills = new ArrayDeque<>();
    private final RestoreSpace space = new RestoreSpace();
    private List<QueryBook.Entry> entries = List.of();

    private volatile long encoded;
    private volatile double encoderMs;
    private volatile ImageSize lastSize = new ImageSize(0, 0);

    /** Pixels of the encoder's input. */
    record ImageSize(int width, int height) {}

    FrameWork(
            SegmentationModel model,
            InferenceConfig config,
            QueryBook book,
            PromptAnswers prompts,
            Sender<Observation> observations,
            DeadLetters deadLetters,
            FrameDecoder decoder) {
        this.model = model;
        this.config = config;
        this.book = book;
        this.prompts = prompts;
        this.observations = observations;
        this.deadLetters = deadLetters;
        this.decoder = decoder;
        this.batches = new Batches(model);
    }

    /** Frames of one input size, of different cameras. A failure is put aside with its frame. */
    void process(List<Waiting> waiting) {
        noticeQueries();
        Waiting first = waiting.get(0);
        List<Waiting> decoded = new ArrayList<>(waiting.size());
        ImageBatch batch = batches.get(
                waiting.size(), first.fit().inputWidth(), first.fit().inputHeight());
        for (Waiting one : waiting) {
            try {
                decoder.decode(one.frame().getJpeg(), one.fit(), batch.pixels(decoded.size()));
                decoded.add(one);
            } catch (RuntimeException e) {
                putAside(one, e);
            }
        }
        if (decoded.isEmpty()) {
            return;
        }
        double seconds = encode(batch, decoded);
        for (int i = 0; i < decoded.size(); i++) {
            Waiting one = decoded.get(i);
            MDC.put("camera", one.frame().getId().getCamera());
            MDC.put(
                    "frame",
                    one.frame().getId().getEpoch() + "/" + one.frame().getId().getSequence());
            try {
                observe(one, batch.encoding(i), seconds * 1_000 / decoded.size());
            } catch (RuntimeException e) {
                putAside(one, e);
            } finally {
                MDC.clear();
            }
        }
    }

    private double encode(ImageBatch batch, List<Waiting> decoded) {
        long start = System.nanoTime();
        model.encode(batch);
        double seconds = (System.nanoTime() - start) / 1e9;
        WorkerMetrics.ENCODER.observe(seconds);
        WorkerMetrics.BATCH.observe(decoded.size());
        WorkerMetrics.ENCODED.inc(decoded.size());
        encoded += decoded.size();
        double each = seconds * 1_000 / decoded.size();
        encoderMs = encoderMs == 0 ? each : 0.9 * encoderMs + 0.1 * each;
        lastSize = new ImageSize(batch.width(), batch.height());
        return seconds;
    }

    private void observe(Waiting waiting, Encoding encoding, double encoderMillis) {
        Frame frame = waiting.frame();
        String camera = frame.getId().getCamera();
        CameraState state = cameras.computeIfAbsent(camera, id -> new CameraState(config));
        state.skipped(waiting.skipped());
        WorkerMetrics.SKIPPED.inc(waiting.skipped());
        if (state.startFrame(frame, encoding)) {
            prompts.loseAll(camera, frame.getId(), frame.getCapturedAtMs());
        }
        Observation.Builder observation = Observation.newBuilder()
                .setFrame(frame.getId())
                .setCapturedAtMs(frame.getCapturedAtMs())
                .setModel(model.description().id())
                .setEncoderMs(encoderMillis)
                .setTargetFps(frame.getTargetFps())
                .setSkipped(state.takeSkipped());
        Histogram.Timer timer = WorkerMetrics.SCORING.startTimer();
        observation.addAllQueries(
                scorer(camera).score(encoding, waiting.fit(), frame.getCapturedAtMs(), state.smoothers()));
        timer.observeDuration();
        long now = System.currentTimeMillis();
        send(camera, observation.setObservedAtMs(now).build(), "live");
        WorkerMetrics.LATENCY.observe(Math.max(0, now - frame.getCapturedAtMs()) / 1e3);
        prompts.follow(frame, encoding, waiting.fit());
        state.ring().add(new KeptEncoding(frame, waiting.fit(), encoding), config.ringBytes() / cameras.size());
        WorkerMetrics.RING.set(
                cameras.values().stream().mapToLong(each -> each.ring().bytes()).sum());
    }

    /** Scores new queries over kept frames for about {@code budgetMs}; true when there is more to do. */
    boolean backfill(long budgetMs) {
        noticeQueries();
        long end = System.nanoTime() + budgetMs * 1_000_000;
        while (!backfills.isEmpty() && System.nanoTime() < end) {
            Backfill backfill = backfills.getFirst();
            Optional<Observation> observation =
                    backfill.step(space, model.description().id());
            if (observation.isPresent()) {
                send(backfill.camera(), observation.get(), "backfill");
            } else {
                backfills.removeFirst().close();
            }
        }
        return !backfills.isEmpty();
    }

    /** Null when no frame of the camera has been encoded. */
    EncodingRing ring(String camera) {
        CameraState state = cameras.get(camera);
        return state == null ? null : state.ring();
    }

    Set<String> cameras() {
        return Set.copyOf(cameras.keySet());
    }

    /** Forgets a camera that another worker owns now. */
    void release(String camera) {
        backfills.removeIf(backfill -> {
            boolean released = backfill.camera().equals(camera);
            if (released) {
                backfill.close();
            }
            return released;
        });
        cameras.remove(camera).close();
    }

    long encodedFrames() {
        return encoded;
    }

    double encoderMs() {
        return encoderMs;
    }

    ImageSize lastSize() {
        return lastSize;
    }

    private QueryScorer scorer(String camera) {
        List<QueryBook.Entry> ofCamera =
                entries.stream().filter(entry -> entry.runsOn(camera)).toList();
        return scorers.computeIfAbsent(ofCamera, list -> new QueryScorer(model, config, list));
    }

    private void noticeQueries() {
        List<QueryBook.Entry> now = book.entries();
        if (now == entries) {
            return;
        }
        Set<EncodedQuery> before = identities(entries);
        entries = now;
        scorers.values().forEach(QueryScorer::close);
        scorers.clear();
        Set<EncodedQuery> kept = identities(now);
        cameras.values().forEach(state -> state.forgetAllBut(kept));
        for (QueryBook.Entry entry : now) {
            if (!before.contains(entry.encoded())) {
                cameras.forEach((camera, state) -> {
                    if (entry.runsOn(camera)) {
                        backfills.add(
                                new Backfill(camera, state.ring(), new QueryScorer(model, config, List.of(entry))));
                    }
                });
            }
        }
    }

    private static Set<EncodedQuery> identities(List<QueryBook.Entry> entries) {
        Set<EncodedQuery> identities = Collections.newSetFromMap(new IdentityHashMap<>());
        entries.forEach(entry -> identities.add(entry.encoded()));
        return identities;
    }

    private void send(String camera, Observation observation, String kind) {
        observations.send(camera, observation, (metadata, failure) -> {
            if (failure == null) {
                WorkerMetrics.OBSERVATIONS.labels(kind).inc();
            } else {
                WorkerMetrics.ERRORS.labels("send").inc();
                log.warn("An observation of camera {} could not be sent: {}", camera, failure.getMessage());
            }
        });
    }

    private void putAside(Waiting waiting, RuntimeException e) {
        WorkerMetrics.ERRORS.labels("frame").inc();
        if (!(e instanceof IllegalArgumentException)) {
            log.error("A frame of camera {} failed", waiting.frame().getId().getCamera(), e);
        }
        deadLetters.put(waiting.record(), e.getMessage());
    }

    @Override
    public void close() {
        backfills.forEach(Backfill::close);
        scorers.values().forEach(QueryScorer::close);
        cameras.values().forEach(CameraState::close);
        batches.close();
    }
}
