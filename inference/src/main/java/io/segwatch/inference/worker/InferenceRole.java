package io.segwatch.inference.worker;

import io.segwatch.contracts.Topic;
import io.segwatch.failure.FatalErrors;
import io.segwatch.inference.features.FeatureLog;
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
    private final Producer<String, byte[]> producer;
    private final EncodedQueries queries;
    private final CameraMasks masks;
    private final FeatureLog features;
    private final FrameDecoder decoder;
    private final BatchDecoder batchDecoder;
    private final EncoderThread encoder;
    private final FrameProcessor processor;
    private final FramePipeline frames;
    private final FrameLoop loop;
    private final ConsumerThread thread;
    private final ConsumerLag consumerLag;
    private final Sender<WorkerStatus> statuses;
    private final ScheduledExecutorService reporter;

    private InferenceRole(Kafka kafka, InferenceConfig config) throws InterruptedException {
        model = SegmentationModel.load(config.model(), networks(config));
        producer = kafka.producer(worker);
        DeadLetters deadLetters = new DeadLetters(producer, NAME);
        queries = new EncodedQueries(kafka, model, config.maxQueries(), deadLetters);
        PromptHandler prompts =
                new PromptHandler(model, Kafka.sender(Topic.INSTANCE_MASKS, producer, NAME), config.maxTracks());
        masks = new CameraMasks(kafka, worker, deadLetters);
        features = new FeatureLog(
                model,
                config.features().interval(),
                masks::of,
                Kafka.sender(Topic.FEATURES, producer, NAME),
                Kafka.sender(Topic.THUMBNAILS, producer, NAME));
        FailedFrames failed = new FailedFrames(deadLetters);
        decoder = new FrameDecoder(model.description().input(), config.maxFramePixels());
        batchDecoder = new BatchDecoder(
                decoder, new BatchPool(model), failed, new FrameChoices(config, queries::entries, prompts::tracks));
        encoder = new EncoderThread(worker + "-encoder", model::encode);
        processor = new FrameProcessor(
                model,
                config,
                queries::entries,
                prompts,
                Kafka.sender(Topic.OBSERVATIONS, producer, NAME),
                features,
                failed);
        frames = new FramePipeline(new WaitingFrames(decoder, failed), batchDecoder, encoder, processor, config);
        KafkaConsumer<String, byte[]> consumer = consumer(kafka, worker);
        loop = new FrameLoop(
                consumer, producer, frames, processor, new PromptQueue(prompts, processor::history, deadLetters));
        thread = new ConsumerThread(worker, consumer, loop);
        consumerLag = ConsumerLag.show(NAME, consumer::metrics);
        statuses = Kafka.sender(Topic.WORKER_STATUS, producer, NAME);
        reporter = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread reporting = new Thread(task, worker + "-status");
            reporting.setDaemon(true);
            return reporting;
        });
        // The first frames are scored by the queries that exist already.
        queries.awaitCaughtUp(Duration.ofSeconds(10));
        masks.awaitCaughtUp(Duration.ofSeconds(2));
        thread.start();
        reporter.scheduleAtFixedRate(FatalErrors.guarded(this::report), 0, STATUS_MS, TimeUnit.MILLISECONDS);
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
        return frames.behind();
    }

    @Override
    public boolean alive() {
        return thread.failure().isEmpty() && queries.alive() && masks.alive();
    }

    private void report() {
        try {
            statuses.send(worker, status());
        } catch (RuntimeException e) {
            log.warn("The worker's status could not be sent: {}", e.getMessage());
        }
    }

    private WorkerStatus status() {
        return WorkerStatus.newBuilder()
                .setWorker(worker)
                .setModel(model.description().id())
                .setProvider(model.provider())
                .setProviderReason(model.providerReason())
                .addAllCameras(processor.cameras())
                .setFramesEncoded(encoder.encodedFrames())
                .setFramesSkipped((long) InferenceMetrics.SKIPPED.get())
                .setFramesReused((long) InferenceMetrics.REUSED.get())
                .setEncoderMs(encoder.encoderMs())
                .setInputWidth(encoder.lastSize().width())
                .setInputHeight(encoder.lastSize().height())
                .addAllQueries(queries.remarks())
                .setFeatureLogRemark(features.remark().isEmpty() ? masks.remark() : features.remark())
                .setAtMs(System.currentTimeMillis())
                .build();
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
                        "100"));
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
        encoder.close();
        // The consumer's end has released the cameras: their encodings are native memory.
        processor.close();
        features.close();
        masks.close();
        queries.close();
        statuses.delete(worker);
        producer.close(Duration.ofSeconds(10));
        batchDecoder.close();
        decoder.close();
        model.close();
    }
}
