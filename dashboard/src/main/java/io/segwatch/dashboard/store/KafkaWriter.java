package io.segwatch.dashboard.store;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to Kafka off the event loop, for a producer's {@code send} blocks while the broker is away. Threadsafe. */
public final class KafkaWriter {
    public static final String ROLE = "dashboard";

    private static final Logger log = LoggerFactory.getLogger(KafkaWriter.class);
    private static final int MAX_AT_ONCE = 32;
    private static final int THREADS = 4;
    private static final long TIMEOUT_SECONDS = 5;

    private final WorkerExecutor threads;
    private final Producer<String, byte[]> producer;
    private final Semaphore slots = new Semaphore(MAX_AT_ONCE);

    public KafkaWriter(Vertx vertx, Producer<String, byte[]> producer) {
        this.threads = vertx.createSharedWorkerExecutor("dashboard-kafka", THREADS);
        this.producer = producer;
    }

    /** As {@link #write(Topic, String, MessageLite, Future)}, completed when Kafka has acknowledged the record. */
    public <T extends MessageLite> Future<Void> write(Topic<T> topic, String key, T value) {
        return write(topic, key, value, Future.succeededFuture());
    }

    /**
     * Writes one record and completes when Kafka has acknowledged it and {@code visible} is complete; fails with a
     * {@link HttpProblem} (503) when that takes over five seconds or too many writes wait already.
     *
     * @param value null to delete the key
     */
    public <T extends MessageLite> Future<Void> write(Topic<T> topic, String key, T value, Future<?> visible) {
        if (!slots.tryAcquire()) {
            return Future.failedFuture(
                    HttpProblem.of(503, "kafka", "has too many changes waiting; try again in a moment"));
        }
        Promise<Void> acknowledged = Promise.promise();
        Callback callback = (metadata, failure) -> {
            if (failure == null) {
                acknowledged.tryComplete();
            } else {
                acknowledged.tryFail(failure);
            }
        };
        threads.executeBlocking(() -> send(topic, key, value, callback), false).onFailure(acknowledged::tryFail);
        // The slot is held until the producer has let go of the record, however long the person waited.
        acknowledged.future().onComplete(done -> slots.release());
        return Future.all(acknowledged.future(), visible)
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .<Void>mapEmpty()
                .recover(failure -> {
                    log.warn("A change was not acknowledged: {}", failure.toString());
                    return Future.failedFuture(HttpProblem.kafkaIsSilent());
                });
    }

    private <T extends MessageLite> Void send(Topic<T> topic, String key, T value, Callback callback) {
        Sender<T> sender = Kafka.sender(topic, producer, ROLE);
        if (value == null) {
            sender.delete(key, callback);
        } else {
            sender.send(key, value, callback);
        }
        return null;
    }
}
