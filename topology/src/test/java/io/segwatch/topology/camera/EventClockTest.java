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

        assertThat(clock.read(future).atMs()).isEqualTo(future.getObservedAtMs());
        assertThat(clock.read(past).atMs()).isEqualTo(past.getObservedAtMs());
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

        assertThat(clock.read(observation(1, 4, START + 400))).isEqualTo(new EventClock.FrameTime(START + 400, false));
        assertThat(clock.read(observation(1, 5, START + 500)).newest()).isFalse();
        assertThat(clock.read(observation(0, 9, START + 900))).isEqualTo(new EventClock.FrameTime(START + 500, false));
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

            EventClock.FrameTime reading = clock.read(observation);

            assertThat(reading.newest()).isTrue();
            assertThat(reading.atMs()).isGreaterThan(last);
            last = reading.atMs();
        }
        // No jump carries it further ahead than a wrong clock is believed.
        assertThat(last).isLessThan(START + sequence * 100 + 2_000);
    }

    private long read(long epoch, long sequence, long atMs) {
        return clock.read(observation(epoch, sequence, atMs)).atMs();
    }

    private static Observation observation(long epoch, long sequence, long atMs) {
        return SampleObservations.observation(epoch, sequence, atMs, Map.of());
    }
}
