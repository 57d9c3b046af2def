package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.TinyModel;
import io.segwatch.inference.features.FeatureLog;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.JpegHeader;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.worker.EncoderThread.EncodedBatch;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Frame;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Point;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.PromptPoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameProcessorTest {
    private static final InferenceConfig CONFIG = with("256MiB");
    private static final SegmentationModel MODEL = TinyModel.shared();

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final PromptHandler prompts =
            new PromptHandler(MODEL, Kafka.sender(Topic.INSTANCE_MASKS, producer, "inference"), 8);
    private final FrameDecoder decoder = new FrameDecoder(MODEL.description().input(), CONFIG.maxFramePixels());
    private final FailedFrames failed = new FailedFrames(new DeadLetters(producer, "inference"));
    private final BatchDecoder batches = new BatchDecoder(
            decoder, new BatchPool(MODEL), failed, new FrameChoices(CONFIG, List::of, camera -> false));
    private final FeatureLog features = new FeatureLog(
            MODEL,
            Duration.ZERO,
            camera -> Optional.empty(),
            Kafka.sender(Topic.FEATURES, producer, "inference"),
            Kafka.sender(Topic.THUMBNAILS, producer, "inference"));
    private FrameProcessor processor = processor(CONFIG);

    private FrameProcessor processor(InferenceConfig config) {
        return new FrameProcessor(
                MODEL,
                config,
                List::of,
                prompts,
                Kafka.sender(Topic.OBSERVATIONS, producer, "inference"),
                features,
                failed);
    }

    @AfterEach
    void close() {
        processor.close();
        features.close();
        batches.close();
        decoder.close();
        producer.close();
    }

    private void process(String camera, int partition, long sequence) {
        Frame frame = Pictures.frame(camera, 1, sequence, 256, 192);
        JpegHeader size = decoder.header(frame);
        InputGeometry geometry = decoder.geometry(frame, size);
        ConsumerRecord<String, byte[]> record =
                new ConsumerRecord<>(Topic.FRAMES.topicName(), partition, sequence, camera, frame.toByteArray());
        process(List.of(new WaitingFrame(record, frame, size, geometry, 0, 0)));
    }

    private void process(List<WaitingFrame> waiting) {
        FrameBatch batch = batches.decode(waiting).orElseThrow();
        MODEL.encode(batch.images());
        processor.observe(new EncodedBatch(batch, 0.01));
        batches.giveBack(batch);
    }

    private void track(String camera) {
        prompts.answer(
                Prompt.newBuilder()
                        .setId("of-" + camera)
                        .setCamera(camera)
                        .setTrack(true)
                        .addPoints(PromptPoint.newBuilder()
                                .setAt(Point.newBuilder().setX(0.3).setY(0.5))
                                .setInside(true))
                        .build(),
                processor.history(camera));
    }

    private List<String> lost() {
        return producer.history().stream()
                .filter(record -> record.topic().equals(Topic.INSTANCE_MASKS.topicName()))
                .map(record -> Topic.INSTANCE_MASKS.parse(record.value()))
                .filter(InstanceMask::getLost)
                .map(InstanceMask::getPrompt)
                .toList();
    }

    @Test
    void aPartitionThatAnotherWorkerOwnsNowTakesItsCamerasAndTheirTracksAlong() {
        process("yard", 0, 0);
        process("door", 1, 0);
        track("yard");
        track("door");
        processor.release(1);
        assertThat(processor.cameras()).containsExactly("yard");
        assertThat(processor.history("door")).isNull();
        assertThat(lost()).containsExactly("of-door");
        processor.release(0);
        assertThat(processor.cameras()).isEmpty();
        assertThat(lost()).containsExactly("of-door", "of-yard");
    }

    @Test
    void beyondSoManyCamerasTheOneNotSeenForLongestIsReleased() {
        process("eldest", 0, 0);
        process("second", 0, 0);
        for (int i = 2; i < FrameProcessor.MAX_CAMERAS; i++) {
            process("camera-" + i, 0, 0);
        }
        process("eldest", 0, 1);
        assertThat(processor.cameras()).hasSize(FrameProcessor.MAX_CAMERAS);
        process("one-more", 0, 0);
        assertThat(processor.cameras())
                .hasSize(FrameProcessor.MAX_CAMERAS)
                .contains("eldest", "one-more")
                .doesNotContain("second");
    }

    @Test
    void aNewCameraTakesItsShareOfTheMemoryFromOnesThatSendNothingMore() {
        process("yard", 0, 0);
        long oneFrame = processor.history("yard").bytes();
        processor.close();
        processor = processor(with(6 * oneFrame + "B"));
        for (int i = 0; i < 10; i++) {
            process("yard", 0, i);
        }
        assertThat(processor.history("yard").bytes()).isEqualTo(6 * oneFrame);
        process("door", 0, 0);
        assertThat(processor.history("yard").bytes()).isEqualTo(3 * oneFrame);
    }

    @Test
    void aFrameThatCannotBeDecodedGoesToDeadLetterAndTheRestOfItsBatchGoesOn() {
        Frame good = Pictures.frame("yard", 1, 0, 256, 192);
        Frame bad = good.toBuilder()
                .setId(good.getId().toBuilder().setCamera("door"))
                .setJpeg(ByteString.copyFrom(new byte[100]))
                .build();
        JpegHeader size = decoder.header(good);
        InputGeometry geometry = decoder.geometry(good, size);
        process(List.of(
                new WaitingFrame(record(bad), bad, size, geometry, 0, 0),
                new WaitingFrame(record(good), good, size, geometry, 0, 1)));
        assertThat(processor.cameras()).containsExactly("yard");
        assertThat(producer.history())
                .extracting(sent -> sent.topic())
                .containsExactly(Topic.DEAD_LETTER.topicName(), Topic.OBSERVATIONS.topicName());
    }

    private static ConsumerRecord<String, byte[]> record(Frame frame) {
        return new ConsumerRecord<>(
                Topic.FRAMES.topicName(), 0, 0, frame.getId().getCamera(), frame.toByteArray());
    }

    private static InferenceConfig with(String historyMemory) {
        return Configuration.of(Map.of(
                        "segwatch.inference.model",
                        TinyModel.FOLDER.toString(),
                        "segwatch.inference.history-memory",
                        historyMemory))
                .get(InferenceConfig.class);
    }
}
