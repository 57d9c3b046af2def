package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.TinyModel;
import io.segwatch.inference.features.FeatureLog;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.worker.EncodedQueries.ActiveQuery;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Frame;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.PromptPoint;
import io.segwatch.v1.Query;
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

/** The worker with {@code segwatch.inference.adaptive=on}. */
class AdaptiveFramesTest {
    private static final SegmentationModel MODEL = TinyModel.shared();
    private static final InferenceConfig CONFIG = Configuration.of(Map.of(
                    "segwatch.inference.model",
                    TinyModel.FOLDER.toString(),
                    "segwatch.inference.adaptive",
                    "on",
                    "segwatch.inference.adaptive-age",
                    "1s"))
            .get(InferenceConfig.class);
    private static final ByteString STILL = Pictures.jpeg(256, 192, 0);
    private static final ByteString MOVED = Pictures.jpeg(256, 192, 128);

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final DeadLetters deadLetters = new DeadLetters(producer, "inference");
    private final FailedFrames failed = new FailedFrames(deadLetters);
    private final PromptHandler prompts =
            new PromptHandler(MODEL, Kafka.sender(Topic.INSTANCE_MASKS, producer, "inference"), 8);
    private final FeatureLog features = new FeatureLog(
            MODEL,
            Duration.ZERO,
            camera -> Optional.empty(),
            Kafka.sender(Topic.FEATURES, producer, "inference"),
            Kafka.sender(Topic.THUMBNAILS, producer, "inference"));
    private final FrameDecoder decoder = new FrameDecoder(MODEL.description().input(), CONFIG.maxFramePixels());
    private final BatchDecoder batches = new BatchDecoder(
            decoder, new BatchPool(MODEL), failed, new FrameChoices(CONFIG, this::queries, prompts::tracks));
    private final EncoderThread encoder = new EncoderThread("encoder", MODEL::encode);
    private final FrameProcessor processor = new FrameProcessor(
            MODEL,
            CONFIG,
            this::queries,
            prompts,
            Kafka.sender(Topic.OBSERVATIONS, producer, "inference"),
            features,
            failed);
    private final FramePipeline pipeline =
            new FramePipeline(new WaitingFrames(decoder, failed), batches, encoder, processor, CONFIG);
    private List<ActiveQuery> queries = List.of(query("red"));

    private static ActiveQuery query(String text) {
        return new ActiveQuery(
                Query.newBuilder().setId(text).setText(text).build(),
                EncodedQuery.of(MODEL, text, List.of(text), List.of()));
    }

    private List<ActiveQuery> queries() {
        return queries;
    }

    @AfterEach
    void close() {
        encoder.close();
        processor.close();
        features.close();
        batches.close();
        decoder.close();
        producer.close();
    }

    private Observation observe(String camera, long epoch, long sequence, ByteString jpeg) {
        add(camera, epoch, sequence, jpeg);
        finish();
        List<Observation> all = observations();
        return all.get(all.size() - 1);
    }

    private void add(String camera, long epoch, long sequence, ByteString jpeg) {
        Frame frame = Pictures.frame(camera, epoch, sequence, 256, 192).toBuilder()
                .setJpeg(jpeg)
                .build();
        pipeline.add(new ConsumerRecord<>(Topic.FRAMES.topicName(), 0, sequence, camera, frame.toByteArray()));
    }

    private void finish() {
        while (!pipeline.isIdle()) {
            pipeline.advance(Duration.ofSeconds(1));
        }
    }

    private List<Observation> observations() {
        return producer.history().stream()
                .filter(sent -> sent.topic().equals(Topic.OBSERVATIONS.topicName()))
                .map(sent -> Topic.OBSERVATIONS.parse(sent.value()))
                .toList();
    }

    @Test
    void aFrameThatLooksLikeTheOneBeforeIsAnsweredFromItsEncoding() {
        Observation first = observe("door", 1, 0, STILL);
        Observation second = observe("door", 1, 1, STILL);
        assertThat(encoder.encodedFrames()).isEqualTo(1);
        assertThat(first.hasReusedEncodingOf()).isFalse();
        assertThat(second.getReusedEncodingOf()).isEqualTo(first.getFrame());
        assertThat(second.getFrame().getSequence()).isEqualTo(1);
        assertThat(second.getCapturedAtMs()).isEqualTo(first.getCapturedAtMs() + 100);
        assertThat(second.getQueriesList()).isEqualTo(first.getQueriesList()).isNotEmpty();
        assertThat(second.getEncoderMs()).isZero();
    }

    @Test
    void whatHasChangedIsEncodedAndComparedWithFromThenOn() {
        observe("door", 1, 0, STILL);
        assertThat(observe("door", 1, 1, MOVED).hasReusedEncodingOf()).isFalse();
        assertThat(observe("door", 1, 2, MOVED).getReusedEncodingOf().getSequence())
                .isEqualTo(1);
        assertThat(observe("door", 1, 3, STILL).hasReusedEncodingOf()).isFalse();
    }

    @Test
    void anEncodingAnswersNoFrameThatIsMuchLaterOrOfAnotherConnectionOrOfOtherQueries() {
        observe("door", 1, 0, STILL);
        assertThat(observe("door", 1, 9, STILL).hasReusedEncodingOf()).isTrue();
        assertThat(observe("door", 1, 10, STILL).hasReusedEncodingOf()).isFalse();
        assertThat(observe("door", 2, 0, STILL).hasReusedEncodingOf()).isFalse();
        queries = List.of(query("red"), query("box"));
        Observation both = observe("door", 2, 1, STILL);
        assertThat(both.hasReusedEncodingOf()).isFalse();
        assertThat(both.getQueriesCount()).isEqualTo(2);
    }

    @Test
    void ofSeveralCamerasThoseAreEncodedOnWhichSomethingHasChanged() {
        for (String camera : List.of("a", "b", "c")) {
            add(camera, 1, 0, STILL);
        }
        finish();
        add("a", 1, 1, STILL);
        add("b", 1, 1, MOVED);
        add("c", 1, 1, STILL);
        finish();
        assertThat(encoder.encodedFrames()).isEqualTo(4);
        assertThat(observations().stream()
                        .filter(one -> one.getFrame().getSequence() == 1)
                        .filter(Observation::hasReusedEncodingOf)
                        .map(one -> one.getFrame().getCamera()))
                .containsExactlyInAnyOrder("a", "c");
        Observation alone = observe("b", 2, 0, MOVED);
        Observation among = observations().stream()
                .filter(one ->
                        one.getFrame().getCamera().equals("b") && one.getFrame().getSequence() == 1)
                .findFirst()
                .orElseThrow();
        // Of the picture itself, not smoothed over time.
        assertThat(among.getQueries(0).getClassProbability())
                .isEqualTo(alone.getQueries(0).getClassProbability());
    }

    @Test
    void aPromptOnAFrameThatWasNotEncodedIsAnsweredAndWhileItIsTrackedEveryFrameIsEncoded() {
        observe("door", 1, 0, STILL);
        for (int i = 1; i < 9; i++) {
            observe("door", 1, i, STILL);
        }
        prompts.answer(
                Prompt.newBuilder()
                        .setId("box")
                        .setCamera("door")
                        .setEpoch(1)
                        .setSequence(8)
                        .setTrack(true)
                        .addPoints(PromptPoint.newBuilder()
                                .setAt(Point.newBuilder().setX(0.3).setY(0.5))
                                .setInside(true))
                        .build(),
                processor.history("door"));
        InstanceMask answer = producer.history().stream()
                .filter(sent -> sent.topic().equals(Topic.INSTANCE_MASKS.topicName()))
                .map(sent -> Topic.INSTANCE_MASKS.parse(sent.value()))
                .findFirst()
                .orElseThrow();
        assertThat(answer.getError()).isEmpty();
        assertThat(observe("door", 1, 9, STILL).hasReusedEncodingOf()).isFalse();
    }

    @Test
    void aNewQueryIsAnsweredForFramesThatWereNotEncodedToo() {
        observe("door", 1, 0, STILL);
        observe("door", 1, 1, STILL);
        observe("door", 1, 2, STILL);
        queries = List.of(query("red"), query("box"));
        while (processor.backfill(100)) {
            // More to do.
        }
        assertThat(observations().stream().filter(Observation::getBackfill))
                .extracting(one -> one.getFrame().getSequence())
                .contains(0L, 1L, 2L);
    }

    @Test
    void aCameraThatWasReleasedIsEncodedAnew() {
        observe("door", 1, 0, STILL);
        processor.release(0);
        add("door", 1, 1, STILL);
        finish();
        assertThat(observe("door", 1, 2, STILL).hasReusedEncodingOf()).isFalse();
    }
}
