package io.segwatch.dashboard.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.dashboard.storage.StorageForecast.Limit;
import io.segwatch.kafka.StoredTopics.Disk;
import io.segwatch.kafka.StoredTopics.Partition;
import io.segwatch.kafka.StoredTopics.Seen;
import io.segwatch.kafka.StoredTopics.Stored;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StorageForecastTest {
    private static final long NOW = 1_900_000_000_000L;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long MIB = 1 << 20;
    private static final Partition EMPTY = new Partition(0, 0, 0, 0, 0, 0);

    private static Stored topic(String name, int days, long keptMib, Partition... partitions) {
        return new Stored(name, false, 1, days * DAY, keptMib * MIB, 16 * MIB, List.of(partitions));
    }

    /** Has come in evenly since then. */
    private static Partition since(int days, long mib) {
        return new Partition(mib * MIB, mib * MIB, 1_000L * days, NOW - days * DAY, NOW, 1_000);
    }

    @Test
    void timeEndsFirstWhereAllOfItFits() {
        StorageForecast forecast = StorageForecast.of(topic("segwatch.areas", 7, 1_024, since(2, 20), EMPTY), NOW);
        assertThat(forecast.limit()).isEqualTo(Limit.TIME);
        assertThat(forecast.bytesPerDay() / MIB).isEqualTo(10);
        assertThat(forecast.willHoldBytes() / MIB).isEqualTo(70);
        assertThat(forecast.limitInMs()).isEqualTo(5 * DAY);
        assertThat(forecast.keepsMs()).isEqualTo(7 * DAY);
        assertThat(forecast.allowedBytes()).isEqualTo(2 * (1_024 + 16) * MIB);
    }

    @Test
    void oneBusyPartitionIsCutShortByItsSizeWhileTheOthersAreNot() {
        StorageForecast forecast =
                StorageForecast.of(topic("segwatch.features", 14, 100, since(2, 40), since(2, 2)), NOW);
        assertThat(forecast.limit()).isEqualTo(Limit.SIZE);
        assertThat(forecast.keepsMs()).isEqualTo(5 * DAY);
        assertThat(forecast.limitInMs()).isEqualTo(3 * DAY);
        assertThat(forecast.willHoldBytes() / MIB).isEqualTo(100 + 16 + 14);
    }

    @Test
    void aRateThatWasHardlySeenIsNotKnownAndWhatIsCompactedStays() {
        Partition young = new Partition(MIB, MIB, 10, NOW - 5_000, NOW, 10);
        assertThat(StorageForecast.of(topic("segwatch.alerts", 30, 100, young), NOW)
                        .limit())
                .isEqualTo(Limit.UNKNOWN);
        Stored cameras = new Stored("segwatch.cameras", true, 1, -1, -1, 16 * MIB, List.of(since(3, 1)));
        StorageForecast forecast = StorageForecast.of(cameras, NOW);
        assertThat(forecast.limit()).isEqualTo(Limit.NONE);
        assertThat(forecast.allowedBytes()).isEqualTo(-1);
        assertThat(forecast.willHoldBytes()).isEqualTo(MIB);
    }

    @Test
    void allCopiesAreHeldAgainstTheDisk() {
        Stored areas = new Stored(
                "segwatch.areas",
                false,
                3,
                7 * DAY,
                1_024 * MIB,
                16 * MIB,
                List.of(new Partition(20 * MIB, 60 * MIB, 2_000, NOW - 2 * DAY, NOW, 1_000)));
        JsonObject report = report(areas, new Disk(4_000 * MIB, 160 * MIB));
        JsonObject disk = report.getJsonObject("disk");
        assertThat(disk.getLong("usedBytes")).isEqualTo(60 * MIB);
        assertThat(disk.getLong("allowedBytes")).isEqualTo(3 * 1_040 * MIB);
        assertThat(disk.getLong("willHoldBytes")).isEqualTo(3 * 70 * MIB);
        assertThat(disk.getLong("roomBytes")).isEqualTo(220 * MIB);
        assertThat(disk.getBoolean("holdsForecast")).isTrue();
        assertThat(disk.getBoolean("holdsAllowed")).isFalse();
        JsonObject kind = report.getJsonArray("kinds").getJsonObject(0);
        assertThat(kind.getString("kind")).isEqualTo("areas");
        assertThat(kind.getLong("bytes")).isEqualTo(20 * MIB);
        assertThat(report.getInteger("copies")).isEqualTo(3);
    }

    @Test
    void whatKafkaDoesNotTellIsLeftOutAndNotCountedAsNothing() {
        Stored areas = new Stored(
                "segwatch.areas",
                false,
                1,
                7 * DAY,
                1_024 * MIB,
                16 * MIB,
                List.of(new Partition(-1, -1, 2_000, NOW - 2 * DAY, NOW, 1_000)));
        JsonObject report = report(areas, new Disk(-1, -1));
        assertThat(report.getJsonObject("total").containsKey("bytes")).isFalse();
        assertThat(report.getJsonObject("total").getLong("records")).isEqualTo(2_000);
        assertThat(report.getJsonObject("disk").fieldNames()).containsExactly("allowedBytes");
    }

    private static JsonObject report(Stored topic, Disk disk) {
        return StorageReport.of(new Seen(NOW, List.of(topic), disk, List.of()));
    }
}
