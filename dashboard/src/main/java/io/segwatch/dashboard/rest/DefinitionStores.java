package io.segwatch.dashboard.rest;

import com.google.protobuf.Message;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.live.Live;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.AlertReview;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Erasure;
import io.segwatch.v1.ModelRollout;
import io.segwatch.v1.Mute;
import io.segwatch.v1.PushSubscription;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** All that people define. Threadsafe. */
record DefinitionStores(
        DefinitionStore<Camera> cameras,
        DefinitionStore<Query> queries,
        DefinitionStore<Rule> rules,
        DefinitionStore<Webhook> webhooks,
        DefinitionStore<AcceptedBaseline> baselines,
        DefinitionStore<Erasure> erasures,
        DefinitionStore<Mute> mutes,
        DefinitionStore<AlertReview> reviews,
        DefinitionStore<PushSubscription> pushes,
        DefinitionStore<ModelRollout> rollouts,
        AtomicReference<Consumer<Erasure>> erasing)
        implements AutoCloseable {
    /** No camera's id: what is about it is told to those who may see all. */
    private static final List<String> NOBODYS = List.of("-");

    /** Begins to read the definitions; pages are sent what changes. */
    static DefinitionStores open(Kafka kafka, KafkaWriter writer, DeadLetters deadLetters, Live live) {
        AtomicReference<Consumer<Erasure>> erasing = new AtomicReference<>(erasure -> {});
        Change<Camera> camera = new Change<>("cameras", each -> List.of(each.getId()), (principal, each) -> each);
        Change<Query> query = new Change<>("queries", Query::getCamerasList, QueryKind::seen);
        Change<Rule> rule = new Change<>("rules", Rule::getCamerasList, RuleKind::seen);
        Change<Webhook> webhook = new Change<>("webhooks", each -> List.of(), (principal, each) -> each);
        DefinitionStore<Query> queries = open(query, kafka, Topic.QUERIES, writer, deadLetters, live);
        DefinitionStore<Rule> rules = open(rule, kafka, Topic.RULES, writer, deadLetters, live);
        Change<Mute> mute = new Change<>(
                "mutes",
                each -> camerasOfMuted(each.getId(), queries, rules).orElse(NOBODYS),
                (principal, each) -> each);
        Change<AlertReview> review =
                new Change<>("alert-reviews", each -> List.of(each.getCamera()), (principal, each) -> each);
        return new DefinitionStores(
                open(camera, kafka, Topic.CAMERAS, writer, deadLetters, live),
                queries,
                rules,
                open(webhook, kafka, Topic.WEBHOOKS, writer, deadLetters, live),
                new DefinitionStore<>(kafka, Topic.BASELINES, writer, deadLetters, (id, value) -> {}),
                new DefinitionStore<>(kafka, Topic.ERASURES, writer, deadLetters, (id, value) -> {
                    if (value != null) {
                        live.erased(id, value.getBeforeMs());
                        erasing.get().accept(value);
                    }
                }),
                open(mute, kafka, Topic.MUTES, writer, deadLetters, live),
                open(review, kafka, Topic.ALERT_REVIEWS, writer, deadLetters, live),
                new DefinitionStore<>(kafka, Topic.PUSH_SUBSCRIPTIONS, writer, deadLetters, (id, value) -> {}),
                new DefinitionStore<>(kafka, Topic.MODEL_ROLLOUTS, writer, deadLetters, (id, value) -> {}),
                erasing);
    }

    /** The cameras that what is muted is about, empty for all; nothing when it is not there. */
    Optional<List<String>> camerasOfMuted(String mute) {
        return camerasOfMuted(mute, queries, rules).filter(of -> !mute.startsWith("camera/") || cameras.has(of.get(0)));
    }

    private static Optional<List<String>> camerasOfMuted(
            String mute, DefinitionStore<Query> queries, DefinitionStore<Rule> rules) {
        String id = mute.substring(mute.indexOf('/') + 1);
        if (mute.startsWith("camera/")) {
            return Optional.of(List.of(id));
        }
        return Definitions.driftingQuery(id)
                .map(query -> queries.get(query).<List<String>>map(Query::getCamerasList))
                .orElseGet(() -> rules.get(id).map(Rule::getCamerasList));
    }

    /** Calls {@code run} for each erasure that is there, and with each that is written. */
    void onErasure(Consumer<Erasure> run) {
        erasing.set(run);
        erasures.all().forEach(run);
    }

    /** Whether what is known of this camera at this moment, event time, was erased. */
    boolean hides(String camera, long atMs) {
        return erasures.get(camera)
                .filter(erasure -> atMs < erasure.getBeforeMs())
                .isPresent();
    }

    private static <T extends Message> DefinitionStore<T> open(
            Change<T> change, Kafka kafka, Topic<T> topic, KafkaWriter writer, DeadLetters deadLetters, Live live) {
        return new DefinitionStore<>(
                kafka, topic, writer, deadLetters, (id, value) -> live.onChange(change.of(id, value)));
    }

    /**
     * How pages are told of a change.
     *
     * @param cameras that a definition is for; empty for all
     * @param seen the definition as somebody sees it
     */
    private record Change<T extends Message>(
            String kind, Function<T, List<String>> cameras, BiFunction<Principal, T, T> seen) {
        Live.Change of(String id, T value) {
            return value == null
                    ? Live.Change.gone(kind, id)
                    : new Live.Change(
                            kind,
                            id,
                            cameras.apply(value),
                            principal -> DefinitionRoutes.json(seen.apply(principal, value), value));
        }
    }

    /** Waits until everything that was defined before has been read. */
    boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        for (DefinitionStore<?> store :
                List.of(cameras, queries, rules, webhooks, erasures, mutes, reviews, pushes, rollouts)) {
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
        return List.of(cameras, queries, rules, webhooks, baselines, erasures, mutes, reviews, pushes, rollouts);
    }

    @Override
    public void close() {
        all().forEach(DefinitionStore::close);
    }
}
