package io.segwatch.dashboard.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentCountsTest {
    private final RecentCounts counts = new RecentCounts(3_600_000, 60_000);

    @Test
    void whatGrewLongAgoDoesNotCount() {
        counts.note("door", 0, 100);
        counts.note("door", 60_000, 150);
        for (int minute = 2; minute <= 120; minute++) {
            counts.note("door", minute * 60_000L, 150 + minute / 60);
        }
        assertThat(counts.growth("door")).isEqualTo(1);
    }

    @Test
    void stepsBetweenAreNotLost() {
        for (int second = 0; second < 100; second++) {
            counts.note("door", second * 1_000L, second);
        }
        assertThat(counts.growth("door")).isEqualTo(99);
        assertThat(counts.rate("door")).isEqualTo(1);
    }

    @Test
    void aCounterThatBeginsAnewCountsFromThere() {
        counts.note("door", 0, 100);
        counts.note("door", 60_000, 2);
        counts.note("door", 120_000, 3);
        assertThat(counts.growth("door")).isEqualTo(1);
        assertThat(counts.growth("other")).isZero();
        assertThat(counts.rate("other")).isZero();
    }
}
