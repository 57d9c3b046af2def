package io.segwatch.dashboard.storage;

import io.segwatch.contracts.StoredKind;
import io.segwatch.dashboard.storage.StorageForecast.Limit;
import io.segwatch.kafka.StoredTopics;
import io.segwatch.kafka.StoredTopics.Seen;
import io.segwatch.kafka.StoredTopics.Stored;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The answer of {@code /api/storage}, which Kafka is asked for again after some seconds. Threadsafe; blocks. */
public final class StorageReport {
    private static final long FRESH_MS = Duration.ofSeconds(10).toMillis();

    private final StoredTopics topics;
    private JsonObject last;
    private long lastAtMs;

    public StorageReport(StoredTopics topics) {
        this.topics = topics;
    }

    /** @throws IllegalStateException when Kafka does not answer, saying why */
    public synchronized JsonObject read() throws InterruptedException {
        long now = System.currentTimeMillis();
        if (last == null || now - lastAtMs > FRESH_MS || now < lastAtMs) {
            last = of(topics.read());
            lastAtMs = now;
        }
        return last;
    }

    /** As JSON, numbers that are not known left out. */
    static JsonObject of(Seen seen) {
        Map<StoredKind, List<JsonObject>> byKind = new EnumMap<>(StoredKind.class);
        Map<StoredKind, List<StorageForecast>> forecasts = new EnumMap<>(StoredKind.class);
        int copies = 1;
        List<StorageForecast> all = new ArrayList<>();
        Totals totals = new Totals();
        for (Stored topic : seen.topics()) {
            StoredKind kind = StoredKind.of(topic.topic());
            StorageForecast forecast = StorageForecast.of(topic, seen.atMs());
            byKind.computeIfAbsent(kind, any -> new ArrayList<>()).add(topic(topic, forecast));
            forecasts.computeIfAbsent(kind, any -> new ArrayList<>()).add(forecast);
            copies = Math.max(copies, topic.copies());
            all.add(forecast);
            totals.add(forecast, topic.copies());
        }
        JsonArray kinds = new JsonArray();
        forecasts.forEach((kind, own) ->
                kinds.add(group(own).put("kind", kind.word()).put("topics", new JsonArray(byKind.get(kind)))));
        return new JsonObject()
                .put("atMs", seen.atMs())
                .put("copies", copies)
                .put("kinds", kinds)
                .put("total", group(all))
                .put("disk", totals.against(seen.disk()))
                .put("remarks", new JsonArray(seen.remarks()));
    }

    private static JsonObject topic(Stored topic, StorageForecast forecast) {
        return group(List.of(forecast))
                .put("topic", topic.topic())
                .put("copies", topic.copies())
                .put("partitions", topic.partitions().size());
    }

    /** Of topics together. */
    private static JsonObject group(List<StorageForecast> own) {
        JsonObject told = new JsonObject();
        known(told, "bytes", sum(own, StorageForecast::bytes));
        known(told, "allowedBytes", sum(bounded(own), StorageForecast::allowedBytes));
        known(told, "bytesPerDay", sumOfKnown(own, StorageForecast::bytesPerDay));
        known(told, "willHoldBytes", sumOfKnown(own, StorageForecast::willHoldBytes));
        told.put("records", own.stream().mapToLong(StorageForecast::records).sum());
        own.stream()
                .mapToLong(StorageForecast::oldestMs)
                .filter(ms -> ms > 0)
                .min()
                .ifPresent(ms -> told.put("oldestMs", ms));
        own.stream()
                .mapToLong(StorageForecast::newestMs)
                .filter(ms -> ms > 0)
                .max()
                .ifPresent(ms -> told.put("newestMs", ms));
        own.stream()
                .mapToLong(StorageForecast::keptMs)
                .filter(ms -> ms > 0)
                .min()
                .ifPresent(ms -> told.put("keptMs", ms));
        own.stream()
                .mapToLong(StorageForecast::keptMs)
                .filter(ms -> ms > 0)
                .max()
                .ifPresent(ms -> told.put("longestKeptMs", ms));
        Limit limit = limit(own);
        told.put("limit", limit.name());
        own.stream()
                .filter(one -> one.limit() == limit && one.keepsMs() > 0)
                .mapToLong(StorageForecast::keepsMs)
                .min()
                .ifPresent(ms -> told.put("keepsMs", ms));
        own.stream()
                .filter(one -> one.limit() == limit && one.limitInMs() >= 0)
                .mapToLong(StorageForecast::limitInMs)
                .min()
                .ifPresent(ms -> told.put("limitInMs", ms));
        return told;
    }

    private static List<StorageForecast> bounded(List<StorageForecast> own) {
        return own.stream().filter(one -> one.limit() != Limit.NONE).toList();
    }

    /** The one to care about: what is cut short by its size first. */
    private static Limit limit(List<StorageForecast> own) {
        for (Limit limit : List.of(Limit.SIZE, Limit.TIME, Limit.UNKNOWN)) {
            if (own.stream().anyMatch(one -> one.limit() == limit)) {
                return limit;
            }
        }
        return Limit.NONE;
    }

    private static long sum(List<StorageForecast> own, ToLongFunction<StorageForecast> of) {
        boolean known = !own.isEmpty() && own.stream().mapToLong(of).allMatch(value -> value >= 0);
        return known ? own.stream().mapToLong(of).sum() : -1;
    }

    /** Nothing has come into the others, or not for long. */
    private static long sumOfKnown(List<StorageForecast> own, ToLongFunction<StorageForecast> of) {
        boolean any = own.stream().mapToLong(of).anyMatch(value -> value >= 0);
        return any ? own.stream().mapToLong(of).filter(value -> value >= 0).sum() : -1;
    }

    private static void known(JsonObject told, String name, long value) {
        if (value >= 0) {
            told.put(name, value);
        }
    }

    /** All copies of all topics, as they lie on the disks. */
    private static final class Totals {
        private long used;
        private long allowed;
        private long will;
        private boolean known = true;

        void add(StorageForecast topic, int copies) {
            known &= topic.allBytes() >= 0;
            used += Math.max(0, topic.allBytes());
            // What has no bound of its own is counted as it is.
            allowed += topic.allowedBytes() >= 0 ? topic.allowedBytes() * copies : Math.max(0, topic.allBytes());
            will += topic.willHoldBytes() >= 0 ? topic.willHoldBytes() * copies : Math.max(0, topic.allBytes());
        }

        JsonObject against(StoredTopics.Disk disk) {
            JsonObject told = new JsonObject().put("allowedBytes", allowed);
            if (known) {
                told.put("usedBytes", used).put("willHoldBytes", will);
            }
            if (known && disk.free() >= 0) {
                long room = disk.free() + used;
                told.put("totalBytes", disk.total())
                        .put("freeBytes", disk.free())
                        .put("roomBytes", room)
                        .put("holdsAllowed", allowed <= room)
                        .put("holdsForecast", will <= room);
            }
            return told;
        }
    }
}
