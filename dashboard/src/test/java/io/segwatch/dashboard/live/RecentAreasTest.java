package io.segwatch.dashboard.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Area;
import org.junit.jupiter.api.Test;

class RecentAreasTest {
    @Test
    void theWindowsOfAnHourStayHoweverManySecondsCome() {
        RecentAreas areas = new RecentAreas(800);
        for (int hour = 0; hour < 50; hour++) {
            areas.add(area("car", 3_600_000, hour * 3_600_000L));
        }
        for (int i = 0; i < 2_000; i++) {
            areas.add(area("q" + i % 10, 1_000, i * 1_000L));
        }
        assertThat(areas.find(new Live.AreaFilter("door", "", "car", 3_600_000, 0, Long.MAX_VALUE)))
                .hasSize(50);
        assertThat(areas.find(new Live.AreaFilter("door", "", "", 1_000, 0, Long.MAX_VALUE)))
                .hasSize(400);
    }

    private static Area area(String query, long windowMs, long startMs) {
        return Area.newBuilder()
                .setCamera("door")
                .setQuery(query)
                .setWindowMs(windowMs)
                .setWindowStartMs(startMs)
                .build();
    }
}
