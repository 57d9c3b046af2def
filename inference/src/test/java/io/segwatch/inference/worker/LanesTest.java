package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.TinyModel;
import io.segwatch.inference.features.FeatureLog;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.ModelException;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LanesTest {
    private static final SegmentationModel MODEL = TinyModel.shared();
    private static final InferenceConfig CONFIG = Configuration.of(
                    Map.of("segwatch.inference.model", TinyModel.FOLDER.toString()))
            .get(InferenceConfig.class);

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<ModelException> failures = new ArrayList<>();
    private RolloutPlan plan = RolloutPlan.NONE;
    private final Lane running = lane(MODEL::encode);
    private final Lanes lanes = new Lanes(running, () -> plan);

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void aCameraThatMovesIsForgottenByOneModelAndObservedInOrderByTheOther() {
        send("gate", 0);
        send("yard", 0);
        awaitObserved("gate", 0);
        awaitObserved("yard", 0);
        Lane candidate = lane(MODEL::encode);
        List<String> applied = new ArrayList<>();
        plan = new RolloutPlan(candidate, false, Set.of("gate"), failures::add, () -> applied.add("canary"));
        // They are decoded when the plan changes.
        send("gate", 1);
        send("yard", 1);
        lanes.refresh();
        send("gate", 2);
        send("yard", 2);
        awaitObserved("gate", 2);
        awaitObserved("yard", 2);

        assertThat(applied).containsExactly("canary");
        assertThat(candidate.processor().cameras()).containsExactly("gate");
        assertThat(running.processor().cameras()).containsExactly("yard");
        assertThat(observed("gate")).isSorted().contains(1L, 2L);

        plan = RolloutPlan.without(() -> applied.add("left"));
        send("gate", 3);
        lanes.refresh();
        send("gate", 4);
        awaitObserved("gate", 4);
        assertThat(applied).containsExactly("canary", "left");
        assertThat(candidate.processor().cameras()).isEmpty();
        assertThat(observed("gate")).isSorted();
    }

    @Test
    void aCandidateThatFailsLeavesItsCamerasToTheRunningModel() {
        Lane candidate = lane(images -> {
            throw new ModelException("no memory for one picture");
        });
        plan = new RolloutPlan(
                candidate,
                true,
                Set.of(),
                failure -> {
                    failures.add(failure);
                    plan = RolloutPlan.without(() -> {});
                },
                () -> {});
        lanes.refresh();
        send("gate", 0);
        await().untilAsserted(() -> {
            lanes.advance(Duration.ofMillis(1));
            assertThat(failures).isNotEmpty();
        });
        lanes.refresh();
        send("gate", 1);

        awaitObserved("gate", 1);
        assertThat(failures.get(0)).hasMessageContaining("no memory");
        assertThat(running.processor().cameras()).containsExactly("gate");
    }

    private Lane lane(Consumer<ImageBatch> encode) {
        DeadLetters deadLetters = new DeadLetters(producer, "inference");
        FailedFrames failed = new FailedFrames(deadLetters);
        PromptHandler handler = new PromptHandler(MODEL, Kafka.sender(Topic.INSTANCE_MASKS, producer, "inference"), 8);
        FeatureLog features = new FeatureLog(
                MODEL,
                Duration.ZERO,
                camera -> Optional.empty(),
                Kafka.sender(Topic.FEATURES, producer, "inference"),
                Kafka.sender(Topic.THUMBNAILS, producer, "inference"));
        FrameDecoder decoder = new FrameDecoder(MODEL.description().input(), CONFIG.maxFramePixels());
        BatchDecoder batches = new BatchDecoder(
                decoder, new BatchPool(MODEL), failed, new FrameChoices(CONFIG, List::of, camera -> false));
        EncoderThread encoder = new EncoderThread("encoder", encode);
        FrameProcessor processor = new FrameProcessor(
                MODEL,
                CONFIG,
                List::of,
                handler,
                Kafka.sender(Topic.OBSERVATIONS, producer, "inference"),
                features,
                failed);
        FramePipeline frames =
                new FramePipeline(new WaitingFrames(decoder, failed), batches, encoder, processor, CONFIG);
        open.addAll(List.of(encoder, processor, features, batches, decoder));
        return new Lane(frames, processor, new PromptQueue(handler, processor::history, deadLetters));
    }

    private void send(String camera, long sequence) {
        Frame frame = Pictures.frame(camera, 1, sequence, 256, 192);
        lanes.of(camera)
                .frames()
                .add(new ConsumerRecord<>(Topic.FRAMES.topicName(), 0, sequence, camera, frame.toByteArray()));
        lanes.advance(Duration.ZERO);
    }

    private void awaitObserved(String camera, long sequence) {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            lanes.advance(Duration.ofMillis(1));
            return observed(camera).contains(sequence);
        });
    }

    private List<Long> observed(String camera) {
        return producer.history().stream()
                .filter(record -> record.topic().equals(Topic.OBSERVATIONS.topicName()))
                .map(record -> Topic.OBSERVATIONS.parse(record.value()))
                .map(Observation::getFrame)
                .filter(frame -> frame.getCamera().equals(camera))
                .map(frame -> frame.getSequence())
                .toList();
    }
}
