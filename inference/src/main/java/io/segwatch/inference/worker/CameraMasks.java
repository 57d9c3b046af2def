package io.segwatch.inference.worker;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Table;
import io.segwatch.v1.Camera;
import io.segwatch.v1.PrivacyMask;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The cameras' privacy masks, as they are defined now. Threadsafe, never blocks. */
final class CameraMasks implements AutoCloseable {
    private final Table<Camera> cameras;

    /** Begins to read. */
    CameraMasks(Kafka kafka, String clientId, DeadLetters deadLetters) {
        cameras = new Table<>(kafka, Topic.CAMERAS, clientId, deadLetters, (camera, value) -> {}).start();
    }

    /** Empty for a camera that is not defined, and while its definition may not have been read. */
    Optional<List<PrivacyMask>> of(String camera) {
        return cameras.isCaughtUp() ? cameras.get(camera).map(Camera::getPrivacyMasksList) : Optional.empty();
    }

    /** The whole definition; empty for a camera that is not defined, or not read yet. */
    Optional<Camera> definition(String camera) {
        return cameras.get(camera);
    }

    /** Why they are not known, and the remedy; empty while they are read. */
    String remark() {
        return cameras.refusal()
                .map(refusal -> "Nothing is kept for the search of the past: privacy masks cannot be read. " + refusal)
                .orElse("");
    }

    boolean alive() {
        return cameras.alive();
    }

    void awaitCaughtUp(Duration timeout) throws InterruptedException {
        cameras.awaitCaughtUp(timeout);
    }

    @Override
    public void close() {
        cameras.close();
    }
}
