package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Muting;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.RecordDeletion;
import io.segwatch.v1.AlertReview;
import io.segwatch.v1.ErasedTopic;
import io.segwatch.v1.Erasure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what an erasure asks for: at once, and once more when what was under way has come in; then it writes what
 * became of each topic. An erasure that a process did not finish is finished by the next one that reads it; twice is no
 * harm. Threadsafe.
 */
final class ErasureRun {
    /** A record of the camera may be on its way for so long after it was removed. */
    static final Duration UNDER_WAY = Duration.ofSeconds(60);

    private static final Logger log = LoggerFactory.getLogger(ErasureRun.class);
    /** Each fact that is keyed by camera, those that later versions add too. */
    private static final List<Topic<?>> KEYED = Topic.all().stream()
            .filter(topic -> !topic.isCompacted() && topic.keyedBy().equals("camera"))
            .toList();

    private static final List<Topic<?>> TOMBSTONED = List.of(
            Topic.CAMERAS,
            Topic.CAMERA_STATUS,
            Topic.CALIBRATIONS,
            Topic.BASELINES,
            Topic.MUTES,
            Topic.ALERT_REVIEWS,
            Topic.SECRETS);

    private static final String COMPACTED =
            "It is marked as deleted, read by nobody, and dropped when Kafka next compacts the topic";
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Vertx vertx;
    private final Kafka kafka;
    private final KafkaWriter writer;
    private final DefinitionStores stores;
    private final StatusTables statuses;
    private final WorkerExecutor thread;
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    ErasureRun(Vertx vertx, Kafka kafka, KafkaWriter writer, DefinitionStores stores, StatusTables statuses) {
        this.vertx = vertx;
        this.kafka = kafka;
        this.writer = writer;
        this.stores = stores;
        this.statuses = statuses;
        this.thread = vertx.createSharedWorkerExecutor("dashboard-erasures", 1, LONGEST.toMinutes(), TimeUnit.MINUTES);
        stores.onErasure(this::changed);
    }

    private void changed(Erasure erasure) {
        if (erasure.getFinishedAtMs() == 0 && running.add(key(erasure))) {
            vertx.runOnContext(start -> begin(erasure));
        }
    }

    private static String key(Erasure erasure) {
        return erasure.getCamera() + "/" + erasure.getRequestedAtMs();
    }

    private void begin(Erasure erasure) {
        log.info("Deleting all that was kept of camera {}", erasure.getCamera());
        delete(erasure, false).onComplete(done -> {
            long waitMs = Math.max(1, erasure.getBeforeMs() - System.currentTimeMillis());
            vertx.setTimer(waitMs, now -> finish(erasure));
        });
    }

    private void finish(Erasure erasure) {
        delete(erasure, true)
                .compose(topics -> {
                    boolean newest = stores.erasures()
                            .get(erasure.getCamera())
                            .filter(now -> now.getRequestedAtMs() == erasure.getRequestedAtMs())
                            .isPresent();
                    return newest
                            ? stores.erasures()
                                    .put(
                                            erasure.getCamera(),
                                            erasure.toBuilder()
                                                    .addAllTopics(topics)
                                                    .setFinishedAtMs(System.currentTimeMillis())
                                                    .setGoneByMs(goneByMs(topics))
                                                    .build())
                            : Future.succeededFuture();
                })
                .onSuccess(told -> log.info("Deleted what Kafka can delete of camera {}", erasure.getCamera()))
                .onFailure(failure -> {
                    log.warn("The erasure of camera {} is tried again in a minute", erasure.getCamera(), failure);
                    vertx.setTimer(UNDER_WAY.toMillis(), again -> finish(erasure));
                });
    }

    /** @param last nothing of the camera is under way any more */
    private Future<List<ErasedTopic>> delete(Erasure erasure, boolean last) {
        String camera = erasure.getCamera();
        return tombstones(camera)
                .recover(failure -> {
                    log.warn("A tombstone of camera {} could not be written: {}", camera, failure.toString());
                    return Future.failedFuture(failure);
                })
                .compose(written -> thread.executeBlocking(() -> records(camera, last), false));
    }

    private Future<Void> tombstones(String camera) {
        List<Future<Void>> all = new ArrayList<>();
        all.add(writer.write(Topic.CAMERA_STATUS, camera, null));
        Future<Void> inTurn = Future.succeededFuture();
        for (String key : of(camera, statuses.calibrations().snapshot().keySet().stream())) {
            inTurn = inTurn.compose(next -> writer.write(Topic.CALIBRATIONS, key, null));
        }
        for (String key : of(camera, stores.baselines().table().snapshot().keySet().stream())) {
            inTurn = inTurn.compose(next -> writer.write(Topic.BASELINES, key, null));
        }
        for (AlertReview review : stores.reviews().all()) {
            if (review.getCamera().equals(camera)) {
                inTurn = inTurn.compose(next -> writer.write(Topic.ALERT_REVIEWS, review.getAlert(), null));
            }
        }
        if (stores.mutes().has(Muting.ofCamera(camera))) {
            inTurn = inTurn.compose(next -> writer.write(Topic.MUTES, Muting.ofCamera(camera), null));
        }
        all.add(inTurn);
        return Future.all(all).mapEmpty();
    }

    /** Of the last of it; 0 when one is not known. */
    private static long goneByMs(List<ErasedTopic> topics) {
        boolean known = topics.stream().allMatch(topic -> topic.getGoneByMs() > 0);
        return known ? topics.stream().mapToLong(ErasedTopic::getGoneByMs).max().orElse(0) : 0;
    }

    private static List<String> of(String camera, Stream<String> keys) {
        return keys.filter(key -> key.startsWith(camera + "/")).toList();
    }

    private List<ErasedTopic> records(String camera, boolean last) throws InterruptedException {
        List<ErasedTopic> told = new ArrayList<>();
        try (RecordDeletion deletion = new RecordDeletion(kafka)) {
            for (Topic<?> topic : KEYED) {
                told.add(deletion.facts(topic, camera));
            }
            for (Topic<?> topic : TOMBSTONED) {
                told.add(deletion.hidden(topic, COMPACTED));
            }
            told.add(deletion.hidden(
                    Topic.DEAD_LETTER,
                    "It is keyed by topic, and Kafka deletes no single record; it is posted to nobody"));
            return last ? deletion.offTheDisk(told, camera) : told;
        }
    }
}
