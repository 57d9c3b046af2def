package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.TinyModel;
import io.segwatch.v1.Frame;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.PromptPoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FramePipelineTest {
    private static final InferenceConfig CONFIG = Configuration.of(Map.of(
                    "segwatch.inference.model", TinyModel.FOLDER.toString(), "segwatch.inference.max-batch", "1"))
            .get(InferenceConfig.class);

    private final HeldEncoder held = new HeldEncoder();
    private final PipelineRig rig = new PipelineRig(CONFIG, List::of, held);
    private final FramePipeline pipeline = rig.pipeline;
    private final FrameProcessor processor = rig.processor;
    private final PromptQueue prompts = new PromptQueue(rig.prompts, processor::history, rig.deadLetters);

    @AfterEach
    void close() {
        held.allow(100);
        rig.close();
    }

    private void add(String camera, long sequence) {
        add(Pictures.frame(camera, 1, sequence, 256, 192));
    }

    private void add(Frame frame) {
        pipeline.add(PipelineRig.record(frame));
        pipeline.advance(Duration.ZERO);
    }

    private void ask(String id, String camera, long sequence) {
        Prompt prompt = Prompt.newBuilder()
                .setId(id)
                .setCamera(camera)
                .setEpoch(1)
                .setSequence(sequence)
                .addPoints(PromptPoint.newBuilder()
                        .setAt(Point.newBuilder().setX(0.3).setY(0.5))
                        .setInside(true))
                .build();
        prompts.add(
                new ConsumerRecord<>(Topic.PROMPTS.topicName(), 0, 0, camera, prompt.toByteArray()), pipeline.added());
        prompts.answer(pipeline);
    }

    /** Lets everything that has been added through the encoder. */
    private void finish() {
        held.allow(100);
        rig.finish();
    }

    private List<String> observed() {
        return rig.observations().stream()
                .map(one -> one.getFrame().getCamera() + one.getFrame().getSequence())
                .toList();
    }

    private List<InstanceMask> masks() {
        return rig.sent(Topic.INSTANCE_MASKS);
    }

    @Test
    void aFrameWaitsForThoseOfTheOtherCamerasWhereItMay() {
        InferenceConfig patient = Configuration.of(Map.of(
                        "segwatch.inference.model", TinyModel.FOLDER.toString(),
                        "segwatch.inference.max-batch", "8",
                        "segwatch.inference.batch-wait", "10s"))
                .get(InferenceConfig.class);
        FramePipeline waits = rig.pipeline(patient);
        held.allow(100);
        // A camera is known once it has been observed.
        List.of("door", "yard").forEach(camera -> {
            waits.add(PipelineRig.record(Pictures.frame(camera, 1, 1, 256, 192)));
            await().until(() -> {
                waits.advance(Duration.ofMillis(10));
                return waits.isIdle();
            });
        });
        assertThat(held.begun()).isEqualTo(2);

        waits.add(PipelineRig.record(Pictures.frame("door", 1, 2, 256, 192)));
        waits.advance(Duration.ZERO);
        assertThat(waits.untilDue()).isPositive();
        waits.add(PipelineRig.record(Pictures.frame("yard", 1, 2, 256, 192)));
        await().until(() -> {
            waits.advance(Duration.ofMillis(10));
            return waits.isIdle();
        });

        assertThat(held.begun()).isEqualTo(3);
        assertThat(observed()).containsExactly("door1", "yard1", "door2", "yard2");
    }

    private List<Long> openOffsets() {
        return pipeline.open().map(ConsumerRecord::offset).sorted().toList();
    }

    @Test
    void whileAFrameIsEncodedTheNextIsDecodedAndNewerOnesReplaceTheOneThatWaits() {
        for (long sequence = 0; sequence < 5; sequence++) {
            add("yard", sequence);
        }
        assertThat(openOffsets()).containsExactly(0L, 1L, 4L);
        finish();
        assertThat(observed()).containsExactly("yard0", "yard1", "yard4");
        assertThat(rig.observations()).extracting(Observation::getSkipped).containsExactly(0, 0, 2);
        assertThat(openOffsets()).isEmpty();
    }

    @Test
    void theNextFrameIsEncodedBeforeTheLastOneIsObserved() {
        add("yard", 0);
        add("yard", 1);
        held.allow(1);
        await().until(() -> held.begun() == 2);
        assertThat(observed()).isEmpty();
        assertThat(openOffsets()).containsExactly(0L, 1L);
        pipeline.advance(Duration.ZERO);
        assertThat(observed()).containsExactly("yard0");
        assertThat(openOffsets()).containsExactly(1L);
    }

    @Test
    void eachFrameIsScoredByItsOwnEncodingAndPictures() {
        for (long sequence = 0; sequence < 3; sequence++) {
            held.allow(1);
            add("alone", sequence);
            await().until(() -> {
                pipeline.advance(Duration.ZERO);
                return pipeline.isIdle();
            });
        }
        List<float[]> expected = features("alone");
        for (long sequence = 0; sequence < 3; sequence++) {
            add("together" + sequence, sequence);
        }
        finish();
        for (int sequence = 0; sequence < 3; sequence++) {
            assertThat(features("together" + sequence).get(0)).containsExactly(expected.get(sequence));
        }
    }

    private List<float[]> features(String camera) {
        return processor.history(camera).all().stream()
                .map(kept -> {
                    float[] feature = new float[PipelineRig.MODEL.description().textDims()];
                    kept.toScore(new Fp32Buffers()).imageFeature().get(0, feature);
                    return feature;
                })
                .toList();
    }

    @Test
    void aCameraThatSendsOftenDoesNotTakeTheTurnOfOneThatSendsSeldom() {
        add("busy", 0);
        add("busy", 1);
        add("busy", 2);
        add("seldom", 0);
        add("busy", 3);
        add("busy", 4);
        finish();
        assertThat(observed()).containsExactly("busy0", "busy1", "busy4", "seldom0");
    }

    @Test
    void aPromptIsAnsweredAfterTheFrameThatWasReadBeforeIt() {
        add("yard", 0);
        ask("click", "yard", 0);
        assertThat(masks()).isEmpty();
        assertThat(prompts.open()).hasSize(1);
        finish();
        prompts.answer(pipeline);
        assertThat(masks()).singleElement().satisfies(mask -> {
            assertThat(mask.getPrompt()).isEqualTo("click");
            assertThat(mask.getError()).isEmpty();
            assertThat(mask.getFrame().getSequence()).isZero();
        });
        assertThat(prompts.isEmpty()).isTrue();
    }

    @Test
    void aPromptOnAFrameThatIsReplacedWhileItWaitsIsAnsweredAfterTheNewerOne() {
        add("yard", 0);
        add("yard", 1);
        add("yard", 3);
        ask("click", "yard", 3);
        add("yard", 4);
        held.allow(2);
        await().until(() -> {
            pipeline.advance(Duration.ZERO);
            return observed().size() == 2;
        });
        prompts.answer(pipeline);
        assertThat(masks()).isEmpty();
        finish();
        prompts.answer(pipeline);
        assertThat(masks())
                .singleElement()
                .satisfies(mask -> assertThat(mask.getFrame().getSequence()).isEqualTo(4));
    }

    @Test
    void aPromptDoesNotWaitForFramesThatCameAfterItNorForOtherCameras() {
        held.allow(1);
        add("yard", 0);
        await().until(() -> {
            pipeline.advance(Duration.ZERO);
            return pipeline.isIdle();
        });
        add("door", 0);
        prompts.answer(pipeline);
        ask("click", "yard", 0);
        add("yard", 1);
        assertThat(masks()).extracting(InstanceMask::getPrompt).containsExactly("click");
        assertThat(observed()).containsExactly("yard0");
    }

    @Test
    void theEndOfATrackOnACameraThatHasNoneIsNoError() {
        Prompt stop = Prompt.newBuilder().setId("click").setCamera("yard").build();
        prompts.add(new ConsumerRecord<>(Topic.PROMPTS.topicName(), 0, 0, "yard", stop.toByteArray()), 0);
        prompts.answer(pipeline);
        assertThat(prompts.isEmpty()).isTrue();
        assertThat(rig.producer.history()).isEmpty();
    }

    @Test
    void aFrameThatCannotBeDecodedIsPutAsideAndHoldsNobodyUp() {
        Frame good = Pictures.frame("yard", 1, 0, 256, 192);
        ByteString headerOnly = good.getJpeg().substring(0, 400);
        add(good.toBuilder().setJpeg(headerOnly).build());
        assertThat(pipeline.isIdle()).isTrue();
        add("yard", 1);
        finish();
        assertThat(observed()).containsExactly("yard1");
        assertThat(rig.producer.history())
                .extracting(sent -> sent.topic())
                .containsExactly(Topic.DEAD_LETTER.topicName(), Topic.OBSERVATIONS.topicName());
    }

    @Test
    void beforeAnotherWorkerTakesOverWhatIsDecodedIsObservedAndWhatWaitsIsLeftToIt() {
        add("yard", 0);
        add("yard", 1);
        add("yard", 2);
        held.allow(2);
        pipeline.finishDecoded();
        assertThat(observed()).containsExactly("yard0", "yard1");
        assertThat(openOffsets()).containsExactly(2L);
        pipeline.dropWaiting(List.of(new TopicPartition(Topic.FRAMES.topicName(), 0)));
        assertThat(pipeline.isIdle()).isTrue();
    }

    @Test
    void framesOfPartitionsThatWereLostAreNotObserved() {
        add("yard", 0);
        add("yard", 1);
        held.allow(2);
        pipeline.discardDecoded();
        assertThat(pipeline.isIdle()).isTrue();
        assertThat(observed()).isEmpty();
        held.allow(1);
        add("yard", 2);
        finish();
        assertThat(observed()).containsExactly("yard2");
    }

    @Test
    void anEncoderThatFailsIsNotKeptFromTheWorker() {
        add("yard", 0);
        held.fail(new IllegalStateException("out of memory"));
        assertThatThrownBy(() -> pipeline.advance(Duration.ofSeconds(10)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("out of memory");
        assertThat(observed()).isEmpty();
    }

    @Test
    void beyondSoManyCamerasTheFrameThatHasWaitedLongestIsLeftOut() {
        add("first", 0);
        add("second", 0);
        for (int i = 0; i <= WaitingFrames.MAX_CAMERAS; i++) {
            pipeline.add(PipelineRig.record(Pictures.frame("camera" + i, 1, i, 256, 192)));
        }
        assertThat(pipeline.open()).hasSize(WaitingFrames.MAX_CAMERAS + 2);
        assertThat(pipeline.isDoneWith("camera0", pipeline.added())).isTrue();
        assertThat(pipeline.isDoneWith("camera1", pipeline.added())).isFalse();
    }
}
