package io.segwatch.topology.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

class HourlyBaselineTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final HourlyBaseline hours = new HourlyBaseline();

    @Test
    void takesTheSameHourOfTheDaysBeforeUntilTheWeekdayIsKnown() {
        hours.update(BERLIN);
        // 2026-11-16 is a Monday.
        add("2026-11-16T09:00+01:00", 0.30f);
        add("2026-11-16T10:00+01:00", 0.90f);
        add("2026-11-17T09:00+01:00", 0.10f);

        assertThat(at("2026-11-18T09:59+01:00").mean()).isCloseTo(0.20, within(1e-6));
        assertThat(at("2026-11-23T09:00+01:00").mean()).isCloseTo(0.30, within(1e-6));
        assertThat(at("2026-11-18T11:00+01:00")).isNull();
    }

    @Test
    void countsNoHourForItselfNorForThoseBefore() {
        hours.update(BERLIN);
        add("2026-11-17T09:00+01:00", 0.10f);

        assertThat(at("2026-11-17T09:30+01:00")).isNull();
        assertThat(at("2026-11-16T09:30+01:00")).isNull();
        assertThat(at("2026-11-18T09:30+01:00")).isNotNull();
    }

    @Test
    void forgetsAfterFourWeeks() {
        hours.update(BERLIN);
        add("2026-11-02T09:00+01:00", 0.10f);

        assertThat(at("2026-11-30T09:00+01:00")).isNotNull();
        assertThat(at("2026-12-07T09:00+01:00")).isNull();
    }

    @Test
    void followsTheLocalClockWhenDaylightSavingEndsAndBegins() {
        hours.update(BERLIN);
        // Clocks go back on 2026-10-25: 09:00 is 07:00 UTC the day before and 08:00 UTC from then on.
        add("2026-10-24T09:00+02:00", 0.2f);
        add("2026-10-24T10:00+02:00", 0.7f);
        assertThat(at("2026-10-25T09:00+01:00").mean()).isCloseTo(0.2, within(1e-6));
        assertThat(at("2026-10-25T10:30+01:00").mean()).isCloseTo(0.7, within(1e-6));
        // A week later by the clock is a week and an hour.
        assertThat(at("2026-10-31T09:00+01:00").mean()).isCloseTo(0.2, within(1e-6));
        // And forward on 2026-03-29: 02:00 is not there that day.
        add("2027-03-27T02:00+01:00", 0.4f);
        add("2027-03-27T03:00+01:00", 0.6f);
        assertThat(at("2027-03-28T03:00+02:00").mean()).isCloseTo(0.6, within(1e-6));
    }

    @Test
    void bothHoursOfTheSameNameCountWhenClocksGoBack() {
        hours.update(BERLIN);
        add("2026-10-25T02:00+02:00", 0.2f);
        add("2026-10-25T02:00+01:00", 0.4f);

        assertThat(at("2026-10-25T02:30+01:00").mean()).isCloseTo(0.2, within(1e-6));
        assertThat(at("2026-10-26T02:30+01:00").mean()).isCloseTo(0.3, within(1e-6));
    }

    @Test
    void startsHoursOnTheHourOfZonesThatAreHalfAnHourOff() {
        hours.update(ZoneId.of("Asia/Kolkata"));

        assertThat(hours.hourStart(millis("2026-11-16T09:59+05:30"))).isEqualTo(millis("2026-11-16T09:00+05:30"));
    }

    @Test
    void measuresTheChangeInDeviationsWithAFloor() {
        assertThat(new HourlyBaseline.Statistics(0.1, 0.05).zScore(0.25)).isCloseTo(3, within(1e-9));
        assertThat(new HourlyBaseline.Statistics(0.1, 0.05).zScore(0)).isCloseTo(-2, within(1e-9));
        assertThat(new HourlyBaseline.Statistics(0, 0).zScore(0.05)).isCloseTo(5, within(1e-9));
        assertThat(new HourlyBaseline.Statistics(0, 0.005).zScore(1)).isEqualTo(100);
    }

    @Test
    void keepsFiveWeeksAndNoMore() {
        long start = millis("2026-01-01T00:00Z");
        for (int hour = 0; hour < 5_000; hour++) {
            hours.add(start + hour * 3_600_000L, 3_600, 0.1f, 0.1f);
        }

        assertThat(hours.toMessage().getStartMinuteCount()).isBetween(35 * 24, 2 * 35 * 24);
        assertThat(HourlyBaseline.of(hours.toMessage(), ZoneId.of("UTC")).at(start + 5_000 * 3_600_000L))
                .isEqualTo(hours.at(start + 5_000 * 3_600_000L));
    }

    private void add(String time, float mean) {
        hours.add(millis(time), 3_600, mean, 0.02f);
    }

    private HourlyBaseline.Statistics at(String time) {
        return hours.at(millis(time));
    }

    private static long millis(String time) {
        return ZonedDateTime.parse(time).toInstant().toEpochMilli();
    }
}
