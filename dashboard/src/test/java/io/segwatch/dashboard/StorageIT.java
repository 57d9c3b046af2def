package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.StoredKind;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Area;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is kept, as Kafka tells it. */
class StorageIT extends RunningDashboard {
    private static Map<String, JsonObject> byName(JsonObject parent, String array, String name) {
        return parent.getJsonArray(array).stream()
                .map(JsonObject.class::cast)
                .collect(Collectors.toMap(one -> one.getString(name), Function.identity()));
    }

    @Test
    void tellsOfEachKindWhatItHoldsAndMayHoldAgainstTheDisk() throws Exception {
        long before = System.currentTimeMillis();
        for (int i = 0; i < 50; i++) {
            sendFact(
                    Topic.AREAS,
                    "door",
                    Area.newBuilder().setCamera("door").setQuery("person").build());
        }
        JsonObject areas = await().pollInterval(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(40))
                .until(
                        () -> byName(
                                        byName(json(send("GET", "/api/storage", null)), "kinds", "kind")
                                                .get("areas"),
                                        "topics",
                                        "topic")
                                .get("segwatch.areas"),
                        topic -> topic.getLong("records") >= 50);
        assertThat(areas.getLong("bytes")).isPositive();
        assertThat(areas.getLong("oldestMs")).isBetween(before, System.currentTimeMillis());
        assertThat(areas.getLong("newestMs")).isGreaterThanOrEqualTo(areas.getLong("oldestMs"));
        assertThat(areas.getLong("keptMs"))
                .isEqualTo(Topic.AREAS.retention().time().toMillis());
        assertThat(areas.getLong("allowedBytes"))
                .isEqualTo(4 * (Topic.AREAS.retention().bytes() + (16 << 20)));

        JsonObject storage = json(send("GET", "/api/storage", null));
        assertThat(byName(storage, "kinds", "kind").keySet())
                .containsAll(Arrays.stream(StoredKind.values())
                        .filter(kind -> kind != StoredKind.INTERNAL)
                        .map(StoredKind::word)
                        .toList());
        assertThat(storage.getJsonArray("remarks")).isEmpty();
        assertThat(storage.getInteger("copies")).isEqualTo(1);
        JsonObject disk = storage.getJsonObject("disk");
        assertThat(disk.getLong("freeBytes")).isPositive();
        assertThat(disk.getLong("roomBytes")).isEqualTo(disk.getLong("freeBytes") + disk.getLong("usedBytes"));
        assertThat(disk.getLong("allowedBytes"))
                .isGreaterThan(storage.getJsonObject("total").getLong("bytes"));
    }
}
