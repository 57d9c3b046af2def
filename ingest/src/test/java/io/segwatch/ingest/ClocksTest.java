package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ClocksTest {
    private static final long NOW = 1_700_000_000_000_000L;
    private static final long SECOND = 1_000_000;

    @Nested
    class Capture {
        private final CaptureClock clock = new CaptureClock();

        @Test
        void takesJitterOutOfArrivals() {
            Random random = new Random(1);
            long last = 0;
            for (int i = 0; i < 500; i++) {
                long captured = clock.at(i * 40_000L, NOW + i * 40_000L + random.nextInt(30_000));
                if (i > 100) {
                    assertThat(captured - last).isCloseTo(40_000, within(3_000L));
                }
                last = captured;
            }
        }

        @Test
        void followsACameraWhoseClockIsSlow() {
            long captured = 0;
            long now = NOW;
            for (int i = 0; i < 100_000; i++) {
                now = NOW + i * 40_000L;
                captured = clock.at(Math.round(i * 40_000 * 0.9998), now);
            }
            assertThat(now - captured).isBetween(0L, SECOND / 10);
        }

        @Test
        void neverPutsAPictureIntoTheFuture() {
            clock.at(0, NOW);
            assertThat(clock.at(3_600 * SECOND, NOW + 40_000)).isEqualTo(NOW + 40_000);
            assertThat(clock.at(3_600 * SECOND + 40_000, NOW + 80_000)).isEqualTo(NOW + 80_000);
        }

        @Test
        void restartsWhenTheStreamsClockGoesBack() {
            clock.at(3_600 * SECOND, NOW);
            assertThat(clock.at(0, NOW + 40_000)).isEqualTo(NOW + 40_000);
        }

        @Test
        void showsThatPicturesComeLate() {
            clock.at(0, NOW);
            assertThat(clock.at(40_000, NOW + 5 * SECOND)).isCloseTo(NOW + 40_000, within(10_000L));
            // So late cannot be: it is the stream's clock that stood still.
            assertThat(clock.at(80_000, NOW + 20 * SECOND)).isEqualTo(NOW + 20 * SECOND);
        }

        /** The greatest lateness and gap of 25 fps that arrive in bursts, once the first seconds are over. */
        private void assertEven(CaptureClock paced, long from, LongUnaryOperator arrival) {
            long now = NOW;
            long last = 0;
            for (int i = 0; i < 1_500; i++) {
                now = Math.max(now, NOW + arrival.applyAsLong(i));
                long due = paced.due(i * 40_000L, now);
                if (i * 40_000L > from) {
                    assertThat(now - due).as("late at %d", i).isLessThan(SECOND);
                    assertThat(due - last).as("gap at %d", i).isBetween(0L, 300_000L);
                }
                last = due;
                now = Math.max(now, due);
            }
        }

        @Test
        void holdsWhatComesInBurstsAndGivesItOutAtItsOwnPace() {
            // Four seconds come at once, when their last picture has been taken.
            assertEven(clock, 9 * SECOND, i -> (i / 100 + 1) * 4 * SECOND);
        }

        @Test
        void rushesThroughNoneOfTheSegmentsThatAPlaylistBeginsWith() {
            assertEven(new CaptureClock(true), 0, i -> Math.max(0, (i / 100 - 2) * 4 * SECOND));
        }

        @Test
        void keepsThePaceWhereTheTimestampsOfSegmentsStartAgain() {
            CaptureClock paced = new CaptureClock(true);
            long now = NOW;
            long last = 0;
            for (int i = 0; i < 500; i++) {
                long due = paced.due(i % 250 * 40_000L, now);
                if (i > 0) {
                    assertThat(due - last).as("gap at %d", i).isBetween(0L, 60_000L);
                }
                last = due;
                now = Math.max(now, due);
            }
            assertThat(now - NOW).isCloseTo(20 * SECOND, within(SECOND));
        }

        @Test
        void takesTheArrivalWhereThereAreNoTimestamps() {
            assertThat(clock.at(Long.MIN_VALUE, NOW)).isEqualTo(NOW);
            assertThat(clock.at(Long.MIN_VALUE, NOW + 7)).isEqualTo(NOW + 7);
        }
    }

    @Nested
    class Playback {
        private final PlaybackClock clock = new PlaybackClock(NOW);

        @Test
        void playsByTheFilesTimestamps() {
            clock.restart(25);
            assertThat(clock.due(900, NOW)).isEqualTo(NOW);
            assertThat(clock.due(900 + 100_000, NOW)).isEqualTo(NOW + 100_000);
        }

        @Test
        void joinsThePassesOfALoop() {
            clock.restart(25);
            clock.due(0, NOW);
            clock.due(40_000, NOW + 40_000);
            clock.restart(25);
            assertThat(clock.due(0, NOW + 41_000)).isEqualTo(NOW + 80_000);
        }

        @Test
        void playsSlowerOnAMachineThatCannotKeepUp() {
            clock.restart(25);
            clock.due(0, NOW);
            assertThat(clock.due(40_000, NOW + 2 * SECOND)).isEqualTo(NOW + 2 * SECOND);
            assertThat(clock.due(80_000, NOW + 2 * SECOND)).isEqualTo(NOW + 2 * SECOND + 40_000);
        }

        @Test
        void skipsAnHourThatIsMissingInTheFile() {
            clock.restart(25);
            clock.due(0, NOW);
            assertThat(clock.due(3_600 * SECOND, NOW)).isEqualTo(NOW + 40_000);
            assertThat(clock.due(0, NOW)).isEqualTo(NOW + 80_000);
        }

        @Test
        void takesTheDeclaredRateWhereThereAreNoTimestamps() {
            clock.restart(10);
            assertThat(clock.due(Long.MIN_VALUE, NOW)).isEqualTo(NOW);
            assertThat(clock.due(Long.MIN_VALUE, NOW)).isEqualTo(NOW + 100_000);
        }
    }

    @Nested
    class Bursts {
        private final BurstClock clock = new BurstClock();

        @Test
        void givesOutAtOnceWhatComesEvenly() {
            for (int i = 0; i < 100; i++) {
                long now = NOW + i * 100_000L;
                assertThat(clock.due(now, 90_000)).isEqualTo(now);
            }
        }

        @Test
        void givesOutASlowCamerasPicturesAtOnce() {
            for (int i = 0; i < 20; i++) {
                long now = NOW + i * 15 * SECOND;
                assertThat(clock.due(now, 15 * SECOND)).isEqualTo(now);
            }
        }

        @Test
        void spreadsWhatComesAllAtOnceOverTheTimeUntilTheNext() {
            long free = NOW;
            long last = 0;
            for (int burst = 0; burst < 10; burst++) {
                long arrival = NOW + burst * 2 * SECOND;
                for (int i = 0; i < 20; i++) {
                    long now = Math.max(free, arrival);
                    long due = clock.due(now, now - free);
                    assertThat(due - arrival).isBetween(0L, 2 * SECOND);
                    if (burst > 1) {
                        assertThat(due - last).isGreaterThan(70_000);
                    }
                    last = due;
                    free = due + 5_000;
                }
            }
        }

        @Test
        void isNeverFurtherBehindThanABacklogOfSomeSeconds() {
            long free = NOW;
            for (int i = 0; i < 10; i++) {
                clock.due(NOW + i * 2 * SECOND, i % 2 == 0 ? 2 * SECOND : 0);
            }
            free = NOW + 20 * SECOND;
            long due = 0;
            for (int i = 0; i < 1_000; i++) {
                due = clock.due(free, 1_000);
                free = due + 1_000;
            }
            assertThat(due - NOW).isLessThan(37 * SECOND);
        }
    }
}
