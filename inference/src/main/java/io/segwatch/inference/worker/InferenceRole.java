package io.segwatch.inference.worker;

import io.segwatch.contracts.Topic;
import io.segwatch.failure.FatalErrors;
import io.segwatch.inference.model.NetworkSettings;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.model.TextModel;
import io.segwatch.inference.openvino.OpenVino;
import io.segwatch.kafka.ConsumerLag;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.role.Role;
import io.segwatch.v1.WorkerStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inference role: one worker that shares the cameras with the other workers of its consumer group. One thread reads
 * and scores, a second runs the image encoder, a third encodes queries, a fourth publishes the worker's status every
 * two seconds.
 */
public final class InferenceRole implements Role {
    private static final Logger log = LoggerFactory.getLogger(InferenceRole.class);
    private static final String NAME = "inference";
    private static final String GROUP = "segwatch-inference";
    private static final long STATUS_MS = 2_000;

    private final String worker = NAME + "-" + UUID.randomUUID().toString().substring(0, 8);
    private final SegmentationModel model;
    private final String fingerprint;
    private final Producer<String, byte[]> producer;
    private final CameraMasks masks;
    private final ModelLane running;
    private final CandidateModel candidate;
    private final Lanes lanes;
    private final FrameLoop loop;
    private final ConsumerThread thread;
    private final ConsumerLag consumerLag;
    private final Sender<WorkerStatus> statuses;
    private final ScheduledExecutorService reporter;

    private InferenceRole(Kafka kafka, InferenceConfig config) throws InterruptedException {
        model = SegmentationModel.load(config.model(), networks(config));
        fingerprint = SegmentationModel.fingerprint(config.model());
        producer = kafka.producer(worker);
        DeadLetters deadLetters = new DeadLetters(producer, NAME);
        masks = new CameraMasks(kafka, worker, deadLetters);
        ModelLane.Surroundings around = new ModelLane.Surroundings(kafka, producer, config, masks, deadLetters, NAME);
        running = new ModelLane(worker, model, around, this::compare);
        candidate = new CandidateModel(worker, running, fingerprint, around, networks(config));
        lanes = new Lanes(running.lane(), candidate::plan);
        KafkaConsumer<String, byte[]> consumer = consumer(kafka, worker);
        loop = new FrameLoop(consumer, producer, lanes);
        thread = new ConsumerThread(worker, consumer, loop);
        consumerLag = ConsumerLag.show(NAME, consumer::metrics);
        statuses = Kafka.sender(Topic.WORKER_STATUS, producer, NAME);
        reporter = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread reporting = new Thread(task, worker + "-status");
            reporting.setDaemon(true);
            return reporting;
        });
        // The first frames are scored by the queries that exist already.
        running.queries().awaitCaughtUp(Duration.ofSeconds(10));
        masks.awaitCaughtUp(Duration.ofSeconds(2));
        candidate.start(Duration.ofSeconds(5));
        thread.start();
        reporter.scheduleAtFixedRate(FatalErrors.guarded(this::report), 0, STATUS_MS, TimeUnit.MILLISECONDS);
    }

    private void compare(EncoderThread.EncodedBatch done) {
        candidate.compare(done);
    }

    /**
     * Loads the model and starts the worker, within some seconds. The topics must exist.
     *
     * @throws io.segwatch.inference.model.ModelException when the model directory is wrong
     */
    public static InferenceRole start(Kafka kafka, InferenceConfig config) throws InterruptedException {
        return new InferenceRole(kafka, config);
    }

    /** Where the configuration wants the networks to run. */
    public static NetworkSettings networks(InferenceConfig config) {
        return new NetworkSettings(
                config.provider(),
                config.threads(),
                config.openvino().orElseGet(OpenVino::defaultFolder),
                config.compileCache(),
                config.device(),
                config.tensorrtRtxLibrary());
    }

    /** What words are made vectors by, for searches in this process; it lasts as long as the role. */
    public TextModel words() {
        return model.text();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> notReady() {
        if (thread.failure().isPresent()) {
            return Optional.of("The inference worker ended: " + thread.failure().get());
        }
        return loop.joined()
                ? Optional.empty()
                : Optional.of("Kafka has not assigned cameras to the inference worker yet.");
    }

    @Override
    public Optional<String> degraded() {
        return lanes.behind();
    }

    @Override
    public boolean alive() {
        return thread.failure().isEmpty() && running.queries().alive() && masks.alive() && candidate.alive();
    }

    private void report() {
        try {
            statuses.send(worker, status());
        } catch (RuntimeException e) {
            log.warn("The worker's status could not be sent: {}", e.getMessage());
        }
    }

    private WorkerStatus status() {
        EncoderThread encoder = running.encoder();
        String featureRemark = running.features().remark();
        WorkerStatus.Builder status = WorkerStatus.newBuilder()
                .setWorker(worker)
                .setModel(model.description().id())
                .setFingerprint(fingerprint)
                .setProvider(model.provider())
                .setProviderReason(model.providerReason())
                .addAllCameras(lanes.cameras().toList())
                .setFramesEncoded(encoder.encodedFrames() + candidate.encodedFrames())
                .setFramesSkipped((long) InferenceMetrics.SKIPPED.get())
                .setFramesReused((long) InferenceMetrics.REUSED.get())
                .setEncoderMs(encoder.encoderMs())
                .setInputWidth(encoder.lastSize().width())
                .setInputHeight(encoder.lastSize().height())
                .addAllQueries(running.queries().remarks())
                .setFeatureLogRemark(featureRemark.isEmpty() ? masks.remark() : featureRemark)
                .setAtMs(System.currentTimeMillis());
        candidate.status().ifPresent(status::setCandidate);
        return status.build();
    }

    private static KafkaConsumer<String, byte[]> consumer(Kafka kafka, String worker) {
        return kafka.consumer(
                worker,
                GROUP,
                Map.of(
                        // Partition n of both topics goes to the same worker.
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        RangeAssignor.class.getName(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        "100",
                        // The cameras of a worker that died wait for so long: the least that brokers allow by default.
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                        "6000",
                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                        "1500"));
    }

    @Override
    public void close() {
        reporter.shutdownNow();
        thread.close();
        consumerLag.close();
        try {
            reporter.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // The consumer's end has released the cameras: their encodings are native memory.
        candidate.close();
        running.close();
        masks.close();
        statuses.delete(worker);
        producer.close(Duration.ofSeconds(10));
    }
}
