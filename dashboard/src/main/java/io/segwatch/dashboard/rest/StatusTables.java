package io.segwatch.dashboard.rest;

import com.google.protobuf.Message;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.live.Live;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Table;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Query;
import io.segwatch.v1.WebhookStatus;
import io.segwatch.v1.WorkerStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What the other roles report of themselves. Threadsafe. */
record StatusTables(
        Table<CameraStatus> cameras,
        Table<WorkerStatus> workers,
        Table<WebhookStatus> webhooks,
        Table<Calibration> calibrations,
        RecentCounts reconnects,
        RecentCounts skips,
        RecentCounts frames)
        implements AutoCloseable {
    private static final long HOUR_MS = 3_600_000;
    private static final long MINUTE_MS = 60_000;
    private static final long FEW_SECONDS_MS = 4_000;

    /** Begins to read; pages are sent what changes of cameras and workers. */
    static StatusTables open(
            Kafka kafka, DeadLetters deadLetters, Live live, Function<String, Optional<Query>> queries) {
        RecentCounts reconnects = new RecentCounts(HOUR_MS, MINUTE_MS);
        RecentCounts skips = new RecentCounts(HOUR_MS, MINUTE_MS);
        RecentCounts frames = new RecentCounts(MINUTE_MS, FEW_SECONDS_MS);
        return new StatusTables(
                open(kafka, Topic.CAMERA_STATUS, deadLetters, (key, value) -> {
                    long atMs = value == null ? -1 : value.getAtMs();
                    note(reconnects, key, atMs, value == null ? 0 : value.getReconnects());
                    note(skips, key, atMs, live.skippedFrames(key));
                    live.onChange(
                            value == null
                                    ? Live.Change.gone("camera-status", key)
                                    : new Live.Change("camera-status", key, List.of(key), seer -> Json.object(value)));
                }),
                open(kafka, Topic.WORKER_STATUS, deadLetters, (key, value) -> {
                    note(
                            frames,
                            key,
                            value == null ? -1 : value.getAtMs(),
                            value == null ? 0 : value.getFramesEncoded() + value.getFramesReused());
                    live.onChange(
                            value == null
                                    ? Live.Change.gone("worker-status", key)
                                    : new Live.Change(
                                            "worker-status",
                                            key,
                                            List.of(),
                                            seer -> Json.object(SeenWorker.by(seer, value, queries))));
                }),
                open(kafka, Topic.WEBHOOK_STATUS, deadLetters, (key, value) -> {}),
                open(kafka, Topic.CALIBRATIONS, deadLetters, (key, value) -> {}),
                reconnects,
                skips,
                frames);
    }

    /** @param atMs below 0 for a status that is gone */
    private static void note(RecentCounts counts, String key, long atMs, long count) {
        if (atMs < 0) {
            counts.remove(key);
        } else {
            counts.note(key, atMs, count);
        }
    }

    private static <T extends Message> Table<T> open(
            Kafka kafka, Topic<T> topic, DeadLetters deadLetters, Table.Listener<T> listener) {
        return new Table<>(kafka, topic, KafkaWriter.ROLE, deadLetters, listener).start();
    }

    boolean areCaughtUp() {
        return all().stream().allMatch(Table::isCaughtUp);
    }

    boolean areAlive() {
        return all().stream().allMatch(Table::alive);
    }

    private List<Table<?>> all() {
        return List.of(cameras, workers, webhooks, calibrations);
    }

    @Override
    public void close() {
        all().forEach(Table::close);
    }
}
