package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams without reordering, and what is decoded of them for a sampler. */
class NeededPicturesTest {
    /** What was decoded of a stream, and what a sampler took. */
    private static final class Played {
        final List<Integer> decoded = new ArrayList<>();
        final List<Long> taken = new ArrayList<>();
        private final Sampler sampler;
        private final NeededPictures needed;

        Played(double wanted, AtomicBoolean everything) {
            sampler = new Sampler(wanted);
            needed = new NeededPictures(everything::get);
        }

        /** A key frame refers to nothing; every picture but a disposable one to the one before. */
        void play(int frames, double fps, int jitter, IntPredicate key, IntPredicate disposable) {
            Random random = new Random(3);
            boolean whole = false;
            for (int i = 0; i < frames; i++) {
                long at = Math.round(i * 1e6 / fps) + (jitter == 0 ? 0 : random.nextInt(jitter));
                boolean needs = needed.needs(at, key.test(i), disposable.test(i));
                if (needs) {
                    whole |= key.test(i);
                    assertThat(whole).as("picture %s has what it refers to", i).isTrue();
                    decoded.add(i);
                    needed.decoded(at, key.test(i));
                    if (sampler.take(at)) {
                        taken.add(at);
                    }
                    needed.want(sampler.next(), sampler.interval());
                } else {
                    whole &= disposable.test(i);
                }
            }
        }

        long within(int from, int to) {
            return decoded.stream().filter(i -> i >= from && i < to).count();
        }
    }

    private static Played play(double wanted, double fps, int jitter, int group, int disposableButEach) {
        Played played = new Played(wanted, new AtomicBoolean());
        played.play(
                (int) (100 * fps),
                fps,
                jitter,
                i -> i % group == 0,
                i -> i % group != 0 && disposableButEach > 0 && i % disposableButEach != 0);
        return played;
    }

    @Test
    void decodesKeyFramesAloneWhereOneIsWantedForEach() {
        Played played = play(1, 30, 0, 30, 0);
        assertThat(played.within(300, 3_000)).isEqualTo(90);
        assertThat(played.taken).hasSize(100);
    }

    @ParameterizedTest
    @CsvSource({
        "10,30,30,3",
        "10,30,60,2",
        "5,25,50,2",
        "7,30,30,2",
        "1,30,48,0",
        "1,25,24,2",
        "0.4,30,60,0",
        "2,25,100,0"
    })
    void givesTheWantedRateOfFewerPictures(double wanted, double fps, int group, int disposableButEach) {
        for (int jitter : new int[] {0, 9_000}) {
            Played played = play(wanted, fps, jitter, group, disposableButEach);
            assertThat((double) played.taken.size()).isCloseTo(100 * wanted, within(2 + 2 * wanted));
            assertThat(played.decoded.size()).isLessThan((int) (90 * fps));
            for (int i = 1; i < played.taken.size(); i++) {
                assertThat(played.taken.get(i) - played.taken.get(i - 1))
                        .isLessThan((long) (1.6e6 / wanted + 2e6 / fps));
            }
        }
    }

    @Test
    void decodesAllOfAStreamThatIsHardlyFasterThanWanted() {
        assertThat(play(10, 12, 30_000, 12, 2).decoded).hasSize(1_200);
        assertThat(play(30, 25, 30_000, 25, 2).decoded).hasSize(2_500);
    }

    @Test
    void leavesOutPicturesOfAStreamThatHasKeyFramesAlone() {
        Played played = play(10, 30, 0, 1, 0);
        assertThat(played.within(300, 3_000)).isEqualTo(900);
        assertThat(played.taken).hasSize(1_000);
    }

    @Test
    void waitsForNoKeyFrameThatComesIrregularly() {
        Random random = new Random(5);
        boolean[] keys = new boolean[6_000];
        for (int i = 0; i < keys.length; i += 20 + random.nextInt(130)) {
            keys[i] = true;
        }
        Played played = new Played(5, new AtomicBoolean());
        played.play(6_000, 30, 0, i -> keys[i], i -> false);
        assertThat(played.taken.size()).isGreaterThan(980);
    }

    @Test
    void missesFewPicturesOfACameraWhoseKeyFramesBecomeRare() {
        Played played = new Played(5, new AtomicBoolean());
        // As of a camera that saves bits while nothing happens.
        played.play(6_000, 30, 0, i -> i / 600 % 2 == 0 ? i % 30 == 0 : i % 120 == 0, i -> false);
        assertThat(played.taken.size()).isGreaterThan(970);
    }

    @Test
    void decodesEverythingWhileSomebodyWaitsForAPicture() {
        AtomicBoolean everything = new AtomicBoolean();
        Played played = new Played(1, everything);
        played.play(
                1_200,
                30,
                0,
                i -> {
                    everything.set(i >= 615 && i < 660);
                    return i % 30 == 0;
                },
                i -> false);
        assertThat(played.within(540, 600)).isEqualTo(2);
        assertThat(played.within(630, 660)).isEqualTo(30);
        assertThat(played.within(690, 750)).isEqualTo(2);
    }

    @Test
    void goesOnAfterAStreamsClockHasJumped() {
        for (long jump : new long[] {-3_600_000_000L, -4_000_000, 3_000_000, 3_600_000_000L}) {
            NeededPictures needed = new NeededPictures(() -> false);
            Sampler sampler = new Sampler(1);
            int after = 0;
            for (int i = 0; i < 1_200; i++) {
                long at = 4_000_000_000L + i * 33_333L + (i < 600 ? 0 : jump);
                if (needed.needs(at, i % 30 == 0, false)) {
                    needed.decoded(at, i % 30 == 0);
                    after += sampler.take(at) && i >= 600 ? 1 : 0;
                    needed.want(sampler.next(), sampler.interval());
                }
            }
            assertThat(after).as("jump of %s", jump).isBetween(17, 21);
        }
    }
}
