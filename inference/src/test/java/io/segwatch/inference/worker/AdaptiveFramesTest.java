package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.TinyModel;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.worker.EncodedQueries.ActiveQuery;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.PromptPoint;
import io.segwatch.v1.Query;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The worker with {@code segwatch.inference.adaptive=on}. */
class AdaptiveFramesTest {
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

    private final PipelineRig rig = new PipelineRig(CONFIG, this::queries, PipelineRig.MODEL::encode);
    private final FramePipeline pipeline = rig.pipeline;
    private final EncoderThread encoder = rig.encoder;
    private final FrameProcessor processor = rig.processor;
    private List<ActiveQuery> queries = List.of(query("red"));

    private static ActiveQuery query(String text) {
        return new ActiveQuery(
                Query.newBuilder().setId(text).setText(text).build(),
                EncodedQuery.of(PipelineRig.MODEL, text, List.of(text), List.of()));
    }

    private List<ActiveQuery> queries() {
        return queries;
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private Observation observe(String camera, long epoch, long sequence, ByteString jpeg) {
        add(camera, epoch, sequence, jpeg);
        rig.finish();
        List<Observation> all = rig.observations();
        return all.get(all.size() - 1);
    }

    private void add(String camera, long epoch, long sequence, ByteString jpeg) {
        pipeline.add(PipelineRig.record(Pictures.frame(camera, epoch, sequence, 256, 192).toBuilder()
                .setJpeg(jpeg)
                .build()));
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
        rig.finish();
        add("a", 1, 1, STILL);
        add("b", 1, 1, MOVED);
        add("c", 1, 1, STILL);
        rig.finish();
        assertThat(encoder.encodedFrames()).isEqualTo(4);
        assertThat(rig.observations().stream()
                        .filter(one -> one.getFrame().getSequence() == 1)
                        .filter(Observation::hasReusedEncodingOf)
                        .map(one -> one.getFrame().getCamera()))
                .containsExactlyInAnyOrder("a", "c");
        Observation alone = observe("b", 2, 0, MOVED);
        Observation among = rig.observations().stream()
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
        rig.prompts.answer(
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
        InstanceMask answer = rig.sent(Topic.INSTANCE_MASKS).get(0);
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
        assertThat(rig.observations().stream().filter(Observation::getBackfill))
                .extracting(one -> one.getFrame().getSequence())
                .contains(0L, 1L, 2L);
    }

    @Test
    void aCameraThatWasReleasedIsEncodedAnew() {
        observe("door", 1, 0, STILL);
        processor.release(0);
        add("door", 1, 1, STILL);
        rig.finish();
        assertThat(observe("door", 1, 2, STILL).hasReusedEncodingOf()).isFalse();
    }
}
