package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.v1.Area;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Charts of long spans: read back from Kafka, answered in columns and as CSV. */
class PastIT extends RunningDashboard {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 3_600_000;

    private static Area window(String camera, long windowMs, long startMs, double share) {
        return Area.newBuilder()
                .setCamera(camera)
                .setQuery("car")
                .setWindowMs(windowMs)
                .setWindowStartMs(startMs)
                .setMean(share)
                .setMax(share)
                .setFramesSeen(100)
                .setFinal(true)
                .build();
    }

    private static JsonObject columns(DashboardRole at, String camera, long fromMs, long toMs, int points)
            throws Exception {
        return json(send(
                at,
                "GET",
                "/api/areas/columns?camera=" + camera + "&from=" + fromMs + "&to=" + toMs + "&points=" + points,
                null));
    }

    @Test
    void weeksAreThereAgainAfterARestart() throws Exception {
        long now = System.currentTimeMillis() / HOUR * HOUR;
        for (int hour = 1; hour <= 21 * 24; hour += 24) {
            sendFact(Topic.AREA_HOURS, "weeks", window("weeks", HOUR, now - hour * HOUR, 0.25));
        }
        for (int minute = 1; minute <= 30; minute++) {
            sendFact(Topic.AREA_MINUTES, "weeks", window("weeks", MINUTE, now - minute * MINUTE, 0.5));
        }
        try (DashboardRole again = startOther(config())) {
            await().untilAsserted(() -> assertThat(
                            columns(again, "weeks", now - HOUR, now, 60).getBoolean("complete"))
                    .isTrue());
            JsonObject weeks = columns(again, "weeks", now - 21 * 24 * HOUR, now, 21 * 24);
            assertThat(weeks.getLong("windowMs")).isEqualTo(HOUR);
            assertThat(seen(weeks)).isEqualTo(21);
            JsonObject minutes = columns(again, "weeks", now - 30 * MINUTE, now, 30);
            assertThat(minutes.getLong("stepMs")).isEqualTo(MINUTE);
            assertThat(seen(minutes)).isEqualTo(30);
        }
    }

    private static long seen(JsonObject columns) {
        return columns.getJsonArray("queries").getJsonObject(0).getJsonArray("mean").stream()
                .filter(java.util.Objects::nonNull)
                .count();
    }

    @Test
    void whatIsMeasuredNowIsInTheColumnsAndTheTable() throws Exception {
        long now = System.currentTimeMillis() / 1_000 * 1_000;
        sendFact(Topic.AREAS, "now", window("now", 1_000, now - 4_000, 0.125));
        sendFact(Topic.AREAS, "now", window("now", 1_000, now - 2_000, 0.5));
        await().untilAsserted(() -> {
            JsonObject columns = columns(role, "now", now - 4_000, now, 4);
            assertThat(columns.getJsonArray("queries")).hasSize(1);
            JsonObject car = columns.getJsonArray("queries").getJsonObject(0);
            assertThat(car.getJsonArray("mean")).isEqualTo(new JsonArray("[0.125,null,0.5,null]"));
            assertThat(columns.getLong("newestMs")).isEqualTo(now - 1_000);
        });
        HttpResponse<String> table =
                send("GET", "/api/areas.csv?camera=now&points=4&from=" + (now - 4_000) + "&to=" + now, null);
        assertThat(table.headers().firstValue("Content-Type")).contains("text/csv; charset=utf-8");
        assertThat(table.body().lines())
                .hasSize(5)
                .startsWith("start,\"car mean\",\"car max\"")
                .anySatisfy(line -> assertThat(line).endsWith("Z,0.125,0.125"))
                .anySatisfy(line -> assertThat(line).endsWith("Z,,"));
    }

    @Test
    void aLongTableComesWhole() throws Exception {
        long now = System.currentTimeMillis() / HOUR * HOUR;
        sendFact(Topic.AREAS, "long", window("long", HOUR, now - HOUR, 0.5));
        await().untilAsserted(() -> assertThat(columns(role, "long", 0, now, 10).getLong("oldestMs"))
                .isEqualTo(now - HOUR));
        HttpResponse<String> table = send(
                "GET", "/api/areas.csv?camera=long&points=50000&from=" + (now - 5_000 * HOUR) + "&to=" + now, null);
        assertThat(table.body().lines().count()).isGreaterThan(5_000);
    }

    @Test
    void theHourOfTheWeekIsThatOfTheTimeZone() throws Exception {
        long now = System.currentTimeMillis() / HOUR * HOUR;
        sendFact(Topic.AREAS, "week", window("week", HOUR, now - 30 * HOUR, 0.5));
        await().untilAsserted(() -> {
            JsonArray queries = json(send("GET", "/api/areas/week?camera=week&timeZone=Asia/Shanghai", null))
                    .getJsonArray("queries");
            assertThat(queries).hasSize(1);
            assertThat(queries.getJsonObject(0).getJsonArray("hours")).contains(1);
        });
        assertProblem(send("GET", "/api/areas/week?camera=week&timeZone=Mars", null), 400, "timeZone");
    }

    @Test
    void whereAQueryWasSeenIsAGridOfThePicture() throws Exception {
        camera("grid");
        Scene scene = new Scene("grid", 1, producer);
        scene.sendObservation(scene.sendFrame(), "car");
        await().untilAsserted(() -> {
            JsonArray queries =
                    json(send("GET", "/api/cameras/grid/heatmap", null)).getJsonArray("queries");
            assertThat(queries).hasSize(1);
            JsonArray share = queries.getJsonObject(0).getJsonArray("share");
            assertThat(share).hasSize(32 * 18);
            assertThat(share.stream()
                            .mapToDouble(value -> ((Number) value).doubleValue())
                            .max())
                    .hasValue(1);
        });
        assertProblem(send("GET", "/api/cameras/none/heatmap", null), 404, "id");
    }

    @Test
    void aSpanThatEndsBeforeItBeginsIsRefused() throws Exception {
        assertProblem(send("GET", "/api/areas/columns?camera=x&from=5&to=4", null), 400, "from");
        assertProblem(send("GET", "/api/areas/columns?camera=x&points=0", null), 400, "points");
    }
}
