package io.segwatch.dashboard.rest;

import com.google.protobuf.Message;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.live.Live;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Webhook;
import java.time.Duration;
import java.util.List;

/** All that people define. Threadsafe. */
record DefinitionStores(
        DefinitionStore<Camera> cameras,
        DefinitionStore<Query> queries,
        DefinitionStore<Rule> rules,
        DefinitionStore<Webhook> webhooks,
        DefinitionStore<AcceptedBaseline> baselines)
        implements AutoCloseable {

    /** Begins to read the definitions; pages are sent what changes. */
    static DefinitionStores open(Kafka kafka, KafkaWriter writer, DeadLetters deadLetters, Live live) {
        return new DefinitionStores(
                open("cameras", kafka, Topic.CAMERAS, writer, deadLetters, live),
                open("queries", kafka, Topic.QUERIES, writer, deadLetters, live),
                open("rules", kafka, Topic.RULES, writer, deadLetters, live),
                open("webhooks", kafka, Topic.WEBHOOKS, writer, deadLetters, live),
                new DefinitionStore<>(kafka, Topic.BASELINES, writer, deadLetters, (id, value) -> {}));
    }

    private static <T extends Message> DefinitionStore<T> open(
            String kind, Kafka kafka, Topic<T> topic, KafkaWriter writer, DeadLetters deadLetters, Live live) {
        return new DefinitionStore<>(
                kafka,
                topic,
                writer,
                deadLetters,
                (id, value) -> live.onChange(kind, id, value == null ? null : DefinitionRoutes.json(value)));
    }

    /** Waits until everything that was defined before has been read. */
    boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        for (DefinitionStore<?> store : List.of(cameras, queries, rules, webhooks)) {
            if (!store.table().awaitCaughtUp(timeout)) {
                return false;
            }
        }
        return true;
    }

    /** Whether an alert can come from this rule, or from the drift of the query that it names. */
    boolean hasRule(String id) {
        return Definitions.driftingQuery(id).map(queries::has).orElseGet(() -> rules.has(id));
    }

    boolean areAlive() {
        return all().stream().allMatch(store -> store.table().alive());
    }

    private List<DefinitionStore<?>> all() {
        return List.of(cameras, queries, rules, webhooks, baselines);
    }

    @Override
    public void close() {
        all().forEach(DefinitionStore::close);
    }
}
