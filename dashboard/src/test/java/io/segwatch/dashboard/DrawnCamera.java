package io.segwatch.dashboard;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.CameraStatus;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;

/** A camera that is live: a scene's frames, observations and, as ingest does, its status each second. */
final class DrawnCamera {
    static final int FRAME_MS = 150;

    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final ScheduledFuture<?> frames;
    private final ScheduledFuture<?> statuses;

    DrawnCamera(String id, Producer<String, byte[]> producer, ScheduledExecutorService clock) {
        Scene scene = new Scene(id, System.currentTimeMillis(), producer);
        frames = clock.scheduleAtFixedRate(
                () -> scene.sendObservation(scene.sendFrame(), seen.toArray(String[]::new)),
                0,
                FRAME_MS,
                TimeUnit.MILLISECONDS);
        statuses = clock.scheduleAtFixedRate(
                () -> Kafka.sender(Topic.CAMERA_STATUS, producer, "test").send(id, live(id)), 0, 1, TimeUnit.SECONDS);
    }

    private static CameraStatus live(String id) {
        return CameraStatus.newBuilder()
                .setCamera(id)
                .setState(CameraStatus.State.LIVE)
                .setFps(1000.0 / FRAME_MS)
                .setWidth(1280)
                .setHeight(720)
                .setCodec("h264")
                .setLastFrameAtMs(System.currentTimeMillis())
                .setAtMs(System.currentTimeMillis())
                .build();
    }

    /** Ids of the queries that the model finds from now on: a road where the id says so, a car otherwise. */
    Set<String> seen() {
        return seen;
    }

    void stop() {
        frames.cancel(false);
        statuses.cancel(false);
    }
}
