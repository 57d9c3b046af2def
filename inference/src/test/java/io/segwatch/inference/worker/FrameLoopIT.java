package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.TinyModel;
import io.segwatch.inference.features.FeatureLog;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.TopicReader;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Prompt;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

class FrameLoopIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SegmentationModel MODEL = TinyModel.shared();
    private static final TopicPartition FRAMES = new TopicPartition(Topic.FRAMES.topicName(), 0);
    private static final TopicPartition PROMPTS = new TopicPartition(Topic.PROMPTS.topicName(), 0);

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(1);

    private final InferenceConfig config = Configuration.of(
                    Map.of("segwatch.inference.model", TinyModel.FOLDER.toString()))
            .get(InferenceConfig.class);
    private final HeldEncoder held = new HeldEncoder();
    private final EncoderThread encoder = new EncoderThread("encoder", held);
    private String group;
    private FeatureLog features;
    private FrameDecoder decoder;
    private BatchDecoder batches;
    private FrameProcessor processor;
    private FrameLoop loop;
    private ConsumerThread thread;
    private TopicReader<Observation> observations;

    @BeforeEach
    void start(TestInfo test) {
        group = test.getDisplayName();
        DeadLetters deadLetters = new DeadLetters(KAFKA.producer(), "inference");
        FailedFrames failed = new FailedFrames(deadLetters);
        PromptHandler handler =
                new PromptHandler(MODEL, Kafka.sender(Topic.INSTANCE_MASKS, KAFKA.producer(), "inference"), 8);
        features = new FeatureLog(
                MODEL,
                Duration.ZERO,
                camera -> Optional.empty(),
                Kafka.sender(Topic.FEATURES, KAFKA.producer(), "inference"),
                Kafka.sender(Topic.THUMBNAILS, KAFKA.producer(), "inference"));
        decoder = new FrameDecoder(MODEL.description().input(), config.maxFramePixels());
        batches = new BatchDecoder(
                decoder, new BatchPool(MODEL), failed, new FrameChoices(config, List::of, camera -> false));
        processor = new FrameProcessor(
                MODEL,
                config,
                List::of,
                handler,
                Kafka.sender(Topic.OBSERVATIONS, KAFKA.producer(), "inference"),
                features,
                failed);
        FramePipeline frames =
                new FramePipeline(new WaitingFrames(decoder, failed), batches, encoder, processor, config);
        KafkaConsumer<String, byte[]> consumer =
                KAFKA.kafka().consumer("worker", group, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest"));
        Lane lane = new Lane(frames, processor, new PromptQueue(handler, processor::history, deadLetters));
        loop = new FrameLoop(consumer, KAFKA.producer(), new Lanes(lane, () -> RolloutPlan.NONE));
        thread = new ConsumerThread("worker", consumer, new HoldingUntilItsEnd());
        observations = new TopicReader<>(KAFKA.kafka(), Topic.OBSERVATIONS);
        thread.start();
        await().atMost(PATIENCE).until(loop::joined);
    }

    /** The loop; the encoder gets through with what it holds once the loop has made its last step. */
    private final class HoldingUntilItsEnd implements ConsumerThread.Reader {
        @Override
        public void begin() {
            loop.begin();
        }

        @Override
        public void step() {
            loop.step();
        }

        @Override
        public void end() {
            held.allow(100);
        }
    }

    @AfterEach
    void stop() {
        thread.close();
        encoder.close();
        processor.close();
        features.close();
        batches.close();
        decoder.close();
        observations.close();
    }

    private static void send(long sequence) throws Exception {
        Kafka.sender(Topic.FRAMES, KAFKA.producer(), "test")
                .send("yard", Pictures.frame("yard", 1, sequence, 256, 192))
                .get();
    }

    private long committed(TopicPartition partition) {
        try (KafkaConsumer<String, byte[]> reader = KAFKA.kafka().consumer("reader", group, Map.of())) {
            OffsetAndMetadata offset = reader.committed(Set.of(partition)).get(partition);
            return offset == null ? -1 : offset.offset();
        }
    }

    private static long end(TopicPartition partition) {
        try (KafkaConsumer<String, byte[]> reader = KAFKA.kafka().consumer("reader", null, Map.of())) {
            return reader.endOffsets(Set.of(partition)).get(partition);
        }
    }

    @Test
    void aFrameIsCommittedOnceItsObservationIsWithKafka() throws Exception {
        send(0);
        await().atMost(PATIENCE).until(() -> held.begun() == 1);
        // Its camera has no frame, so that it waits for nothing and what is committed with it shows.
        Kafka.sender(Topic.PROMPTS, KAFKA.producer(), "test")
                .send(
                        "door",
                        Prompt.newBuilder().setId("stop").setCamera("door").build())
                .get();
        await().atMost(PATIENCE).until(() -> committed(PROMPTS) == end(PROMPTS));
        assertThat(committed(FRAMES)).isLessThan(end(FRAMES));
        assertThat(observations.of("yard")).isEmpty();
        held.allow(1);
        await().atMost(PATIENCE).until(() -> committed(FRAMES) == end(FRAMES));
        await().atMost(PATIENCE).until(() -> observations.of("yard").size() == 1);
    }

    @Test
    void aWorkerThatEndsObservesAndCommitsWhatItHasDecoded() throws Exception {
        send(0);
        await().atMost(PATIENCE).until(() -> held.begun() == 1);
        thread.close();
        assertThat(thread.failure()).isEmpty();
        await().atMost(PATIENCE).until(() -> observations.of("yard").size() == 1);
        assertThat(committed(FRAMES)).isEqualTo(end(FRAMES));
    }

    @Test
    void aWorkerWhoseEncoderFailsEndsAndSaysWhy() throws Exception {
        send(0);
        await().atMost(PATIENCE).until(() -> held.begun() == 1);
        held.fail(new IllegalStateException("the encoder has failed"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(thread.failure())
                        .hasValueSatisfying(why -> assertThat(why).hasMessage("the encoder has failed")));
    }
}
