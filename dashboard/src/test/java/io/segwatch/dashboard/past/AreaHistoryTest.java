package io.segwatch.dashboard.past;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Area;
import java.time.ZoneId;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AreaHistoryTest {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 3_600_000;
    /** A Monday, midnight in UTC. */
    private static final long MONDAY = 1_699_833_600_000L;

    private final AreaHistory history = new AreaHistory(80_000);

    @Test
    void takesTheLongestWindowsThatFillTheSteps() {
        for (int i = 0; i < 120; i++) {
            add("car", MINUTE, MONDAY + i * MINUTE, 0.1, 10);
        }
        add("car", HOUR, MONDAY, 0.1, 600);

        Columns fine = history.columns(span(MONDAY, MONDAY + 2 * HOUR, 120));
        assertThat(fine.stepMs()).isEqualTo(MINUTE);
        assertThat(fine.windowMs()).isEqualTo(MINUTE);
        assertThat(fine.count()).isEqualTo(120);
        assertThat(history.columns(span(MONDAY, MONDAY + 2 * HOUR, 2)).windowMs())
                .isEqualTo(HOUR);
    }

    @Test
    void weighsMeansByTheFramesSeenAndKeepsTheHighestPeak() {
        add("car", MINUTE, MONDAY, 0.1, 30);
        add("car", MINUTE, MONDAY + MINUTE, 0.5, 10);
        add("car", MINUTE, MONDAY + 2 * MINUTE, 0.9, 0);

        Columns columns = history.columns(span(MONDAY, MONDAY + 10 * MINUTE, 5));
        assertThat(columns.stepMs()).isEqualTo(2 * MINUTE);
        Columns.Column car = columns.queries().get(0);
        assertThat(car.mean(0)).isEqualTo(0.2f);
        assertThat(car.peak(0)).isEqualTo(0.5f);
        assertThat(car.mean(1)).as("no frame was seen").isNaN();
    }

    @Test
    void beforeTheFirstShortWindowLongerOnesAreShownAndGapsStayGaps() {
        for (int i = 0; i < 10; i++) {
            add("car", MINUTE, MONDAY + i * MINUTE, 0.1, 60);
        }
        for (int i = 0; i < 10; i++) {
            if (i != 4) {
                add("car", 1_000, MONDAY + 5 * MINUTE + i * 1_000, 0.3, 1);
            }
        }
        Columns columns = history.columns(span(MONDAY + 4 * MINUTE, MONDAY + 6 * MINUTE, 120));
        Columns.Column car = columns.queries().get(0);
        assertThat(columns.stepMs()).isEqualTo(1_000);
        assertThat(car.mean(0)).isEqualTo(0.1f);
        assertThat(car.mean(59)).isEqualTo(0.1f);
        assertThat(car.mean(60)).isEqualTo(0.3f);
        assertThat(car.mean(64))
                .as("no second of it, though the minute has a mean")
                .isNaN();
        assertThat(car.mean(100)).isNaN();
    }

    @Test
    void beforeAnythingWasSeenThereIsNothingThoughTheHourHasAMean() {
        for (int i = 30; i < 60; i++) {
            add("car", MINUTE, MONDAY + i * MINUTE, 0.2, 10);
        }
        add("car", HOUR, MONDAY, 0.2, 300);
        Columns columns = history.columns(span(MONDAY, MONDAY + HOUR, 60));
        Columns.Column car = columns.queries().get(0);
        assertThat(car.mean(29)).as("before the camera was there").isNaN();
        assertThat(car.mean(30)).isEqualTo(0.2f);

        add("car", HOUR, MONDAY, 0.2, 600);
        assertThat(history.columns(span(MONDAY, MONDAY + HOUR, 60))
                        .queries()
                        .get(0)
                        .mean(29))
                .as("of which no minutes are known")
                .isEqualTo(0.2f);
    }

    @Test
    void manyShortWindowsDoNotPushOutTheLongOnes() {
        for (int i = 0; i < 100; i++) {
            add("car", HOUR, MONDAY + i * HOUR, 0.2, 100);
        }
        for (int series = 0; series < 20; series++) {
            for (int i = 0; i < 4_000; i++) {
                add("q" + series, 1_000, MONDAY + i * 1_000L, 0.1, 1);
            }
        }
        Columns columns = history.columns(new Past.Span("door", "", "car", MONDAY, MONDAY + 100 * HOUR, 100));
        assertThat(IntStream.range(0, 100)
                        .filter(i -> !Float.isNaN(columns.queries().get(0).mean(i))))
                .hasSize(100);
    }

    @Test
    void aWindowThatComesAgainStaysAsTheFullerOne() {
        add("car", MINUTE, MONDAY, 0.4, 60);
        add("car", MINUTE, MONDAY, 0.1, 10);
        add("car", MINUTE, MONDAY - MINUTE, 0.3, 60);
        Columns columns = history.columns(span(MONDAY - MINUTE, MONDAY + MINUTE, 2));
        assertThat(columns.queries().get(0).mean(0)).isEqualTo(0.3f);
        assertThat(columns.queries().get(0).mean(1)).isEqualTo(0.4f);
        assertThat(columns.oldestMs()).isEqualTo(MONDAY - MINUTE);
        assertThat(columns.newestMs()).isEqualTo(MONDAY + MINUTE);
    }

    @Test
    void anErasedCameraHasNoPast() {
        add("car", MINUTE, MONDAY, 0.4, 60);
        add("car", MINUTE, MONDAY + MINUTE, 0.4, 60);
        history.remove("door", MONDAY + MINUTE);
        assertThat(history.columns(span(MONDAY, MONDAY + 2 * MINUTE, 2)).oldestMs())
                .isEqualTo(MONDAY + MINUTE);
    }

    @Test
    void hoursOfTheWeekAreThoseOfTheTimeZone() {
        add("car", HOUR, MONDAY + 23 * HOUR, 0.2, 100);
        add("car", HOUR, MONDAY + 7 * 24 * HOUR + 23 * HOUR, 0.4, 300);
        Past.Week week = history.weeks(span(MONDAY, MONDAY + 20 * 24 * HOUR, 1), ZoneId.of("Europe/Berlin"))
                .get(0);
        assertThat(week.means()[24]).as("Tuesday, midnight").isEqualTo(0.35f);
        assertThat(week.hours()[24]).isEqualTo(2);
        assertThat(week.means()[23]).isNaN();
    }

    @Test
    void anAnswerIsBoundedHoweverMuchIsAskedFor() {
        for (int query = 0; query < 500; query++) {
            add("q" + query, HOUR, MONDAY, 0.2, 100);
        }
        Columns columns = history.columns(span(0, MONDAY + HOUR, 4_000));
        assertThat(columns.queries()).hasSize(500);
        assertThat(columns.count()).isLessThanOrEqualTo(401);
    }

    private void add(String query, long windowMs, long startMs, double share, int frames) {
        history.add(Area.newBuilder()
                .setCamera("door")
                .setQuery(query)
                .setWindowMs(windowMs)
                .setWindowStartMs(startMs)
                .setMean(share)
                .setMax(share)
                .setFramesSeen(frames)
                .build());
    }

    private static Past.Span span(long fromMs, long toMs, int points) {
        return new Past.Span("door", "", "", fromMs, toMs, points);
    }
}
