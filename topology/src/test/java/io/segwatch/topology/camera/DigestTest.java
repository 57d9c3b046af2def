package io.segwatch.topology.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DigestTest {
    private static final int DAY = 86_400;

    @Test
    void estimatesADayOfSharesToAHundredthOfTheRanksInBoundedSpace() {
        double[] values = shares(7);
        Digest digest = digest(values);
        Arrays.sort(values);

        for (double rank : new double[] {0.45, 0.5, 0.75, 0.9, 0.99}) {
            double value = values[(int) (rank * DAY)];
            assertThat(digest.atMost(value) / DAY).as("rank of %s", value).isCloseTo(rank, within(0.01));
        }
        assertThat(digest.zeros())
                .isEqualTo(Arrays.stream(values).filter(v -> v == 0).count());
        assertThat(bytes(digest).length).isLessThan(1_500);
    }

    @Test
    void isTheSameWhetherOrNotItWasSavedInBetween() {
        double[] values = shares(8);
        Digest kept = new Digest(0);
        Digest restored = new Digest(0);
        for (int i = 0; i < values.length; i++) {
            kept.add(values[i]);
            restored.add(values[i]);
            if (i % 60 == 0) {
                // Both are written, as a role that goes on writes too.
                assertThat(bytes(kept)).isEqualTo(bytes(restored));
                restored = Digest.of(restored.toState());
            }
        }
        assertThat(bytes(restored)).isEqualTo(bytes(kept));
    }

    @Test
    void theSameNumbersGiveTheSameBytesEvenWhenMostAreEqual() {
        double[] values =
                new Random(3).ints(20_000, 1, 6).mapToDouble(i -> i * 0.05).toArray();

        byte[] first = bytes(digest(values));
        for (int i = 0; i < 10; i++) {
            assertThat(bytes(digest(values))).isEqualTo(first);
        }
    }

    @Test
    void aBlendCountsWhatItsPartsCount() {
        MergedDigest blend = new MergedDigest(List.of(digest(0, 0, 0.05), digest(0, 0.151, 0.152, 0.999)));

        assertThat(blend.absent()).isEqualTo(3 / 7.0);
        assertThat(blend.histogram(10)).containsExactly(4, 2, 0, 0, 0, 0, 0, 0, 0, 1);
        assertThat(blend.merged().count()).isEqualTo(7);
    }

    @Test
    void theDistanceIsNothingForTheSameAndOneForNothingInCommon() {
        assertThat(Drift.distance(digest(shares(1)), new MergedDigest(List.of(digest(shares(2))))))
                .isLessThan(0.03);
        assertThat(Drift.distance(digest(0, 0, 0), new MergedDigest(List.of(digest(0.4, 0.5)))))
                .isEqualTo(1);
    }

    @Test
    void aNumberThatNeverChangesDoesNotDrift() {
        double[] day = new double[DAY];
        double[] hour = new double[3_600];
        Arrays.fill(day, 0.9);
        Arrays.fill(hour, 0.9);
        Digest recent = new Digest(1);
        Arrays.stream(hour).forEach(recent::add);

        assertThat(Drift.distance(digest(day), new MergedDigest(List.of(recent))))
                .isLessThan(0.001);
    }

    @Test
    void theDistanceIsThatOfTheDefinition() {
        // P = (1/2, 1/2) and Q = (1/4, 3/4) over zero and over the rest.
        Digest baseline = digest(0, 0.5);
        MergedDigest recent = new MergedDigest(List.of(digest(0, 0.6, 0.7, 0.8)));
        double divergence = (0.5 * log2(0.5 / 0.375) + 0.5 * log2(0.5 / 0.625)) / 2
                + (0.25 * log2(0.25 / 0.375) + 0.75 * log2(0.75 / 0.625)) / 2;

        // The baseline's one number over zero parts the rest into two bins, of which only the upper can have grown.
        assertThat(Drift.distance(baseline, recent)).isGreaterThanOrEqualTo(Math.sqrt(divergence));
        assertThat(Drift.distance(digest(0, 0, 0, 0), new MergedDigest(List.of(digest(0, 0, 0, 0.5)))))
                .isCloseTo(
                        Math.sqrt((log2(1 / 0.875)) / 2 + (0.75 * log2(0.75 / 0.875) + 0.25 * log2(2)) / 2),
                        within(1e-12));
    }

    @Test
    void whichOfItsBatchesAreWrittenAndReadMakesNoDifference() {
        Digest untouched = new Digest(0);
        Digest written = new Digest(0);
        Random moments = new Random(9);
        double[] shares = shares(8);
        for (int i = 0; i < shares.length; i++) {
            untouched.add(shares[i]);
            written.add(shares[i]);
            if (i % 60 == 59) {
                untouched.compress();
                written.compress();
                if (moments.nextBoolean()) {
                    written = Digest.of(written.toState());
                    written.atMost(0.1);
                }
            }
        }
        assertThat(bytes(written)).isEqualTo(bytes(untouched));
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    /** Two frames of five without the query. */
    private static double[] shares(long seed) {
        Random random = new Random(seed);
        return random.doubles(DAY)
                .map(u -> u < 0.4 ? 0 : Math.min(1, Math.abs(random.nextGaussian()) * 0.1))
                .toArray();
    }

    private static Digest digest(double... values) {
        Digest digest = new Digest(0);
        Arrays.stream(values).forEach(digest::add);
        return digest;
    }

    private static byte[] bytes(Digest digest) {
        return digest.toState().toByteArray();
    }
}
