package io.segwatch.dashboard;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to Kafka off the event loop, for a producer's {@code send} blocks while the broker is away. Threadsafe. */
final class Writes {
    private static final Logger log = LoggerFactory.getLogger(Writes.class);
    private static final int MAX_AT_ONCE = 32;
    private static final long PATIENCE_SECONDS = 5;

    private final Vertx vertx;
    private final Semaphore slots = new Semaphore(MAX_AT_ONCE);

    Writes(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Calls {@code send} on a worker thread and completes when Kafka has acknowledged and {@code visible} is complete;
     * fails with a {@link Refusal} (503) when that takes over five seconds.
     */
    Future<Void> write(Consumer<Callback> send, Future<?> visible) {
        if (!slots.tryAcquire()) {
            return Future.failedFuture(Refusal.of(503, "kafka", "has too many changes waiting; try again in a moment"));
        }
        Promise<Void> acknowledged = Promise.promise();
        Callback callback = (metadata, failure) -> {
            if (failure == null) {
                acknowledged.tryComplete();
            } else {
                acknowledged.tryFail(failure);
            }
        };
        vertx.executeBlocking(
                        () -> {
                            send.accept(callback);
                            return null;
                        },
                        false)
                .onFailure(acknowledged::tryFail);
        // The slot is held until the producer has let go of the record, however long the person waited.
        acknowledged.future().onComplete(done -> slots.release());
        return Future.all(acknowledged.future(), visible)
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .<Void>mapEmpty()
                .recover(failure -> {
                    log.warn("A change was not acknowledged: {}", failure.toString());
                    return Future.failedFuture(Refusal.kafkaIsSilent());
                });
    }
}
