package io.segwatch.inference.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

class FeatureScheduleTest {
    private final FeatureSchedule schedule = new FeatureSchedule(5_000);
    private final List<Long> standing = new ArrayList<>();

    /** Times of the records of ten frames a second, from 1 s on. */
    private List<Long> records(long fromMs, long toMs, LongToDoubleFunction moving) {
        List<Long> records = new ArrayList<>();
        for (long atMs = fromMs; atMs < toMs; atMs += 100) {
            OptionalLong validMs = schedule.due(atMs, moving.applyAsDouble(atMs));
            if (validMs.isPresent()) {
                records.add(atMs);
                standing.add(validMs.getAsLong());
            }
        }
        return records;
    }

    @Test
    void whatAlwaysMovesIsKeptEveryIntervalWithoutGaps() {
        assertThat(records(0, 21_000, atMs -> 0.1)).containsExactly(0L, 5_000L, 10_000L, 15_000L, 20_000L);
        assertThat(standing).allSatisfy(validMs -> assertThat(validMs).isBetween(5_001L, 7_000L));
    }

    @Test
    void aPictureThatComesToRestIsKeptOnceMoreAndThenOnceAMinute() {
        assertThat(records(0, 150_000, atMs -> atMs <= 2_000 ? 0.1 : 0)).containsExactly(0L, 3_000L, 63_000L, 123_000L);
        assertThat(standing.get(1)).isBetween(60_001L, 66_000L);
    }

    @Test
    void whatBeginsToMoveIsKeptAtOnce() {
        records(0, 20_000, atMs -> 0);
        assertThat(records(20_000, 30_000, atMs -> atMs >= 21_300 ? 0.02 : 0)).containsExactly(21_300L, 26_300L);
    }

    @Test
    void aSurgeOfWhatMovesIsKeptAtOnceAndWhatGoesOnIsNot() {
        records(0, 10_100, atMs -> 0.03);
        assertThat(records(10_100, 20_000, atMs -> atMs < 12_000 ? 0.03 : 0.2)).containsExactly(12_000L, 17_000L);
    }

    @Test
    void betweenTwoRecordsLiesASecond() {
        records(0, 10_100, atMs -> 0.03);
        assertThat(records(10_100, 12_000, atMs -> atMs < 10_300 ? 0.03 : 0.5)).containsExactly(11_000L);
    }

    @Test
    void aLampThatFlickersGivesAtMostTwiceTheRecords() {
        List<Long> records = records(0, 600_000, atMs -> atMs / 1_200 % 2 == 0 ? 0.3 : 0);
        assertThat(records).hasSizeLessThan(2 * 600 / 5 + 5);
    }

    @Test
    void anotherConnectionAndAClockThatWasSetBackBeginAnew() {
        records(0, 30_000, atMs -> 0);
        schedule.reset();
        assertThat(schedule.due(30_000, 0)).isPresent();
        assertThat(schedule.due(30_100, 0)).isEmpty();
        assertThat(schedule.due(10_000, 0)).isPresent();
        assertThat(schedule.due(10_100, 0)).isEmpty();
    }

    @Test
    void aCameraOfAFrameAMinuteIsKeptEachMinute() {
        assertThat(schedule.due(0, 0)).isPresent();
        assertThat(schedule.due(60_000, 0)).isPresent();
        assertThat(schedule.due(120_000, 0.5)).isPresent();
    }
}
