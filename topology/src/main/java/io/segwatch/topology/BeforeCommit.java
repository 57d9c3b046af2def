package io.segwatch.topology;

import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * A store that holds nothing: Kafka Streams has it write what it caches before each commit, and it has the processor
 * write instead. What the processor then puts into another store is in the same transaction as the records' offsets.
 *
 * <p>For a task that is closed without a commit it is asked too; that transaction is aborted, and the store is made
 * anew.
 */
final class BeforeCommit implements StateStore, CachedStateStore<Object, Object> {
    static final String NAME = "before-commit";

    /** Null in a standby task. */
    private Runnable write;

    private boolean open;

    static StoreBuilder<BeforeCommit> builder() {
        return new Builder();
    }

    /** Has {@code write} run before each commit, by the stream's thread, in place of what was asked before. */
    void run(Runnable write) {
        this.write = write;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        context.register(root, (key, value) -> {});
        open = true;
    }

    @Override
    public void flushCache() {
        if (write != null) {
            write.run();
        }
    }

    /** The task becomes a standby. */
    @Override
    public void clearCache() {
        write = null;
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public void close() {
        write = null;
        open = false;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    private static final class Builder implements StoreBuilder<BeforeCommit> {
        @Override
        public BeforeCommit build() {
            return new BeforeCommit();
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public boolean loggingEnabled() {
            return false;
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public StoreBuilder<BeforeCommit> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<BeforeCommit> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<BeforeCommit> withLoggingEnabled(Map<String, String> config) {
            throw new UnsupportedOperationException("There is nothing to log");
        }

        @Override
        public StoreBuilder<BeforeCommit> withLoggingDisabled() {
            return this;
        }
    }
}
