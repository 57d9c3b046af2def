package io.segwatch.topology.camera;

import static io.segwatch.topology.SampleObservations.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.topology.SampleObservations;
import io.segwatch.v1.Observation;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventClockTest {
    private final EventClock clock = new EventClock();

    @Test
    void goesByTheCaptureClock() {
        assertThat(read(1, 0, START)).isEqualTo(START);
        assertThat(read(1, 1, START + 140)).isEqualTo(START + 140);
    }

    @Test
    void takesTheObservationsTimeWhenTheCameraLivesInTheFutureOrThePast() {
        Observation future = observation(1, 0, START).toBuilder()
                .setCapturedAtMs(START + 86_400_000)
                .build();
        Observation past =
                observation(1, 1, START + 100).toBuilder().setCapturedAtMs(7).build();

        assertThat(clock.read(future, 0).atMs()).isEqualTo(future.getObservedAtMs());
        assertThat(clock.read(past, 0).atMs()).isEqualTo(past.getObservedAtMs());
    }

    @Test
    void goesOnAtTheFrameRateWhenTheClockJumpsBack() {
        read(1, 0, START);

        assertThat(read(1, 1, START - 5_000)).isEqualTo(START + 100);
        assertThat(read(1, 4, START - 4_700)).isEqualTo(START + 400);
        assertThat(read(1, 5, START + 600)).isEqualTo(START + 600);
    }

    @Test
    void goesOnOverAReconnectWhoseClockIsBehind() {
        read(1, 7, START);

        assertThat(read(2, 0, START - 5_000)).isEqualTo(START + 100);
    }

    @Test
    void putsAnEarlierFrameWhereItWasTakenAndKnowsThatItIsEarlier() {
        read(1, 5, START + 500);

        assertThat(clock.read(observation(1, 4, START + 400), 0))
                .isEqualTo(new EventClock.FrameTime(START + 400, false));
        assertThat(clock.read(observation(1, 5, START + 500), 0).newest()).isFalse();
        assertThat(clock.read(observation(0, 9, START + 900), 0))
                .isEqualTo(new EventClock.FrameTime(START + 500, false));
        assertThat(clock.atMs()).isEqualTo(START + 500);
    }

    @Test
    void neverRunsBackHoweverTheCamerasClockDoes() {
        Random random = new Random(4);
        long last = -1;
        long sequence = 0;
        long epoch = 1;
        for (int i = 0; i < 20_000; i++) {
            long jump = random.nextInt(50) == 0 ? random.nextInt(2_000_000) - 1_000_000 : 0;
            epoch += random.nextInt(300) == 0 ? 1 : 0;
            sequence += 1 + random.nextInt(3);
            Observation observation = observation(epoch, sequence, START + sequence * 100).toBuilder()
                    .setCapturedAtMs(START + sequence * 100 + jump)
                    .build();

            EventClock.FrameTime reading = clock.read(observation, 0);

            assertThat(reading.newest()).isTrue();
            assertThat(reading.atMs()).isGreaterThan(last);
            last = reading.atMs();
        }
        // No jump carries it further ahead than a wrong clock is believed.
        assertThat(last).isLessThan(START + sequence * 100 + 2_000);
    }

    @Test
    void goesBackToWhatIsObservedWhenItHasBeenAheadForTenSeconds() {
        for (int i = 0; i < 5; i++) {
            read(1, i, START + 3_600_000 + i * 200);
        }
        long last = clock.atMs();
        for (int i = 0; i < 50; i++) {
            EventClock.FrameTime reading = clock.read(observation(1, 5 + i, START + i * 200), 0);
            assertThat(reading.reset()).isFalse();
            assertThat(reading.atMs()).isGreaterThan(last);
            last = reading.atMs();
        }

        assertThat(clock.read(observation(1, 55, START + 10_000), 0))
                .isEqualTo(new EventClock.FrameTime(START + 10_000, true, true));
        assertThat(clock.read(observation(1, 56, START + 10_200), 0))
                .isEqualTo(new EventClock.FrameTime(START + 10_200, true));
    }

    @Test
    void staysAheadWhenOnlySomeFramesAreBehind() {
        for (int i = 0; i < 300; i++) {
            long atMs = START + i * 200;
            // Every second frame was observed on a host whose clock is half a minute behind.
            Observation observation = observation(1, i, atMs).toBuilder()
                    .setObservedAtMs(i % 2 == 0 ? atMs + 50 : atMs - 30_000)
                    .build();
            assertThat(clock.read(observation, 0).reset()).isFalse();
        }
    }

    @Test
    void remembersAcrossARestartHowLongItHasBeenAhead() {
        read(1, 0, START + 3_600_000);
        EventClock restarted = new EventClock();
        read(1, 1, START);
        restarted.load(clock.toState());

        assertThat(restarted.read(observation(1, 2, START + 10_000), 0).atMs()).isEqualTo(START + 10_000);
    }

    @Test
    void givesUpAnEpochFarAheadThatNoFrameFollows() {
        read(1, 0, START);
        read(900, 0, START + 100);
        for (int i = 1; i < 50; i++) {
            assertThat(clock.read(observation(1, i, START + i * 200), 0).newest())
                    .isFalse();
        }

        assertThat(clock.read(observation(1, 51, START + 10_200), 0))
                .isEqualTo(new EventClock.FrameTime(START + 10_200, true, true));
        assertThat(clock.read(observation(1, 52, START + 10_400), 0))
                .isEqualTo(new EventClock.FrameTime(START + 10_400, true));
    }

    @Test
    void givesUpASequenceNumberFarAheadThatNoFrameFollows() {
        read(1, 0, START);
        read(1, Long.MAX_VALUE, START + 100);
        read(1, 1, START + 200);

        assertThat(clock.read(observation(1, 51, START + 10_200), 0).reset()).isTrue();
        assertThat(clock.read(observation(1, 52, START + 10_400), 0).newest()).isTrue();
    }

    @Test
    void doesNotTakeFramesThatAreObservedAgainForALaterEpoch() {
        for (int i = 0; i <= 300; i++) {
            read(1, i, START + i * 100);
        }
        for (int i = 0; i < 300; i++) {
            Observation again = observation(1, i, START + i * 100).toBuilder()
                    .setObservedAtMs(START + 30_000 + i * 100)
                    .build();
            assertThat(clock.read(again, 0).newest()).isFalse();
        }
    }

    @Test
    void takesTheRecordsTimeWhenTheObservationIsFromItsFuture() {
        Observation far = observation(1, 0, 4_102_444_800_000L);

        assertThat(clock.read(far, START).atMs()).isEqualTo(START);
        assertThat(clock.read(observation(1, 1, START + 9_000), START + 100).atMs())
                .isEqualTo(START + 9_000);
        Observation unobserved = observation(1, 2, START + 3_600_000).toBuilder()
                .clearObservedAtMs()
                .build();
        assertThat(clock.read(unobserved, START + 9_500).atMs()).isEqualTo(START + 9_500);
    }

    private long read(long epoch, long sequence, long atMs) {
        return clock.read(observation(epoch, sequence, atMs), 0).atMs();
    }

    private static Observation observation(long epoch, long sequence, long atMs) {
        return SampleObservations.observation(epoch, sequence, atMs, Map.of());
    }
}
