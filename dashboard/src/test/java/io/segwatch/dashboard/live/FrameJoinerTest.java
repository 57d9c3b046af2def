package io.segwatch.dashboard.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameJoinerTest {
    private static final long EVERY_MS = 250;

    private final List<LivePicture> shown = new ArrayList<>();
    private final FrameJoiner joiner = new FrameJoiner(shown::add);

    @Test
    void aFrameWaitsForItsObservation() {
        joiner.observation(observation(0), 0);
        joiner.frame(frame(1), 0);
        assertThat(shown).isEmpty();
        joiner.observation(observation(1), 300);
        assertThat(shown)
                .singleElement()
                .satisfies(picture -> assertThat(isObserved(picture)).isTrue());
    }

    @Test
    void aFrameThatNobodyObservesGoesOutAlone() {
        joiner.frame(frame(1), 0);
        assertThat(shown)
                .singleElement()
                .satisfies(picture -> assertThat(isObserved(picture)).isFalse());
    }

    @Test
    void whereObservationsTakeLongerThanAFrameWaitedAtFirstFramesWaitForThem() {
        play(1_400);
        assertThat(shown.stream().skip(shown.size() / 2)).allMatch(FrameJoinerTest::isObserved);
    }

    @Test
    void framesDoNotWaitForWhatComesTooLateToBeLive() {
        long now = play(4_000);
        assertThat(shown).isNotEmpty().noneMatch(FrameJoinerTest::isObserved);
        int before = shown.size();
        joiner.frame(frame(2_000), now);
        joiner.expire(now + FrameJoiner.LEAST_WAIT_MS);
        assertThat(shown).hasSize(before + 1);
    }

    @Test
    void onceObservationsAreQuickAgainAFrameWithoutOneWaitsNoLongerThanAtFirst() {
        long last = play(1_400);
        long now = last + 10_000;
        for (int i = 0; i < 40; i++) {
            int sequence = 1_000 + i;
            joiner.frame(frame(sequence), now);
            joiner.observation(observation(sequence), now + 40);
            now += EVERY_MS;
        }
        int before = shown.size();
        joiner.frame(frame(2_000), now);
        joiner.expire(now + FrameJoiner.LEAST_WAIT_MS);
        assertThat(shown).hasSize(before + 1);
    }

    /** Frames whose observations come so late, in the order of time. */
    private long play(long observingMs) {
        int frames = 60;
        int late = (int) (observingMs / EVERY_MS);
        long now = 0;
        joiner.observation(observation(0), now);
        for (int i = 1; i <= frames + late; i++) {
            now += EVERY_MS;
            if (i <= frames) {
                joiner.frame(frame(i), now);
            }
            if (i > late) {
                joiner.observation(observation(i - late), now + observingMs % EVERY_MS);
            }
            joiner.expire(now);
        }
        return now;
    }

    private static boolean isObserved(LivePicture picture) {
        return picture.observation().isPresent();
    }

    private static Frame frame(int sequence) {
        return Frame.newBuilder().setId(id(sequence)).build();
    }

    private static Observation observation(int sequence) {
        return Observation.newBuilder().setFrame(id(sequence)).build();
    }

    private static FrameId id(int sequence) {
        return FrameId.newBuilder()
                .setCamera("gate")
                .setEpoch(1)
                .setSequence(sequence)
                .build();
    }
}
