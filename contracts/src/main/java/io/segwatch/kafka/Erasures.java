package io.segwatch.kafka;

import io.segwatch.contracts.Topic;
import io.segwatch.v1.Erasure;
import java.time.Duration;

/**
 * Whose past must not be shown. Kafka may still hold records of an erased camera, beside those of others; every reader
 * of facts asks here before it hands one on. Threadsafe, never blocks.
 */
public final class Erasures implements AutoCloseable {
    private final Table<Erasure> table;

    /** Begins to read. */
    public Erasures(Kafka kafka, String clientId, DeadLetters deadLetters, Table.Listener<Erasure> listener) {
        this.table = new Table<>(kafka, Topic.ERASURES, clientId, deadLetters, listener).start();
    }

    /**
     * Whether what is known of this camera at this moment was erased.
     *
     * @param atMs event time of the fact
     */
    public boolean hides(String camera, long atMs) {
        return table.get(camera).filter(erasure -> atMs < erasure.getBeforeMs()).isPresent();
    }

    /** Waits until every erasure that was asked for before has been read. */
    public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        return table.awaitCaughtUp(timeout);
    }

    public Table<Erasure> table() {
        return table;
    }

    @Override
    public void close() {
        table.close();
    }
}
