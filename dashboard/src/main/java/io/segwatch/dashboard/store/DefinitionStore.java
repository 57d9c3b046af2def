package io.segwatch.dashboard.store;

import com.google.protobuf.Descriptors;
import com.google.protobuf.Message;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Table;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The definitions of one topic. What has been written can be read: a write completes when Kafka has acknowledged it and
 * the table shows it. Threadsafe, never blocks.
 */
public final class DefinitionStore<T extends Message> implements AutoCloseable {
    private record Waiter<T>(String id, T value, Promise<Void> shown) {}

    private static final int MAX_WAITING = 64;

    private final Topic<T> topic;
    private final Table<T> table;
    private final KafkaWriter writer;
    private final Table.Listener<T> listener;
    private final Queue<Waiter<T>> waiters = new ConcurrentLinkedQueue<>();
    private final Map<String, Boolean> reserved = new ConcurrentHashMap<>();
    /** By id, the change that the next one waits for. */
    private final Map<String, Future<Void>> turns = new ConcurrentHashMap<>();

    private final AtomicInteger waiting = new AtomicInteger();

    public DefinitionStore(
            Kafka kafka, Topic<T> topic, KafkaWriter writer, DeadLetters deadLetters, Table.Listener<T> listener) {
        this.topic = topic;
        this.writer = writer;
        this.listener = listener;
        this.table = new Table<>(kafka, topic, KafkaWriter.ROLE, deadLetters, this::changed).start();
    }

    public Topic<T> topic() {
        return topic;
    }

    public Table<T> table() {
        return table;
    }

    public Optional<T> get(String id) {
        return table.get(id);
    }

    public boolean has(String id) {
        return get(id).isPresent();
    }

    /** What is wrong with the id's newest value, which is then not shown, and may be replaced or deleted. */
    public Optional<List<Problem>> refused(String id) {
        return Optional.ofNullable(table.refused().get(id));
    }

    public Collection<T> all() {
        return table.snapshot().values();
    }

    /** All but this one. */
    public List<T> others(T definition) {
        Descriptors.FieldDescriptor id = definition.getDescriptorForType().findFieldByNumber(1);
        return all().stream()
                .filter(other -> !other.getField(id).equals(definition.getField(id)))
                .toList();
    }

    /** Keeps an id for a definition that is about to be written; false when it is taken. */
    public boolean reserve(String id) {
        return !has(id) && reserved.putIfAbsent(id, true) == null;
    }

    public void release(String id) {
        reserved.remove(id);
    }

    /** Ids in use, those about to be written among them. */
    public int size() {
        return table.snapshot().size() + reserved.size();
    }

    /**
     * Runs {@code change} once the changes of the same id before it are done, so that each sees what the last has
     * written. Fails with a problem (503) when too many wait.
     */
    public <R> Future<R> inTurn(String id, Supplier<Future<R>> change) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return Future.failedFuture(
                    HttpProblem.of(503, "kafka", "has too many changes waiting; try again in a moment"));
        }
        Promise<Void> turn = Promise.promise();
        Future<Void> before = turns.put(id, turn.future());
        return (before == null ? Future.<Void>succeededFuture() : before)
                .compose(free -> change.get())
                .onComplete(done -> {
                    waiting.decrementAndGet();
                    turns.remove(id, turn.future());
                    turn.complete();
                });
    }

    public Future<Void> put(String id, T value) {
        return write(id, value);
    }

    public Future<Void> delete(String id) {
        return write(id, null);
    }

    private Future<Void> write(String id, T value) {
        Waiter<T> waiter = new Waiter<>(id, value, Promise.promise());
        waiters.add(waiter);
        return writer.write(topic, id, value, waiter.shown().future()).onComplete(done -> waiters.remove(waiter));
    }

    private void changed(String id, T value) {
        try {
            listener.changed(id, value);
        } finally {
            // Whoever waits reads what the listener keeps: a session, for example, that a browser is about to show.
            for (Waiter<T> waiter : waiters) {
                if (waiter.id().equals(id) && Objects.equals(waiter.value(), value)) {
                    waiter.shown().tryComplete();
                }
            }
        }
    }

    @Override
    public void close() {
        table.close();
    }
}
