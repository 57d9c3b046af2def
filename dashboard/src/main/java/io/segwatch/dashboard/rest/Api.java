package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.live.Live;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.role.Backtester;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Producer;

/** The REST API: what people define, what is known about it, and prompts. Threadsafe. */
public final class Api implements AutoCloseable {
    /** How many of each there can be; more are refused. */
    public record Limits(int cameras, int queries, int rules, int webhooks) {}

    /**
     * What the API keeps no copy of.
     *
     * @param credentials users and passwords of cameras
     * @param secrets of webhooks
     * @param backtester tries rules
     */
    public record Backends(Credentials credentials, Secrets secrets, Backtester backtester) {}

    private final Vertx vertx;
    private final Kafka kafka;
    private final KafkaWriter writer;
    private final Live live;
    private final Limits limits;
    private final Backends backends;
    private final DefinitionStores stores;
    private final StatusTables statuses;

    /**
     * Begins to read definitions and statuses.
     *
     * @param producer writes definitions, prompts and dead letters
     */
    public Api(
            Vertx vertx, Kafka kafka, Producer<String, byte[]> producer, Live live, Limits limits, Backends backends) {
        this.vertx = vertx;
        this.kafka = kafka;
        this.writer = new KafkaWriter(vertx, producer);
        this.live = live;
        this.limits = limits;
        this.backends = backends;
        DeadLetters deadLetters = new DeadLetters(producer, KafkaWriter.ROLE);
        this.stores = DefinitionStores.open(kafka, writer, deadLetters, live);
        this.statuses = StatusTables.open(kafka, deadLetters, live);
    }

    /** The live WebSocket and the event stream, which must come before bodies are read. */
    public void mountStreams(Router router) {
        new StreamRoutes(live, stores.cameras()::has).mount(router);
    }

    /** Everything else; bodies must have been read. */
    public void mount(Router router) {
        Predicate<String> cameraExists = stores.cameras()::has;
        PastFrames pastFrames = new PastFrames(kafka);
        new StatusRoutes(live, statuses, cameraExists).mount(router);
        new AreaRoutes(live).mount(router);
        new AlertRoutes(vertx, pastFrames, live, stores).mount(router);
        new FrameRoutes(vertx, live, pastFrames, cameraExists).mount(router);
        new BacktestRoutes(vertx, backends.backtester(), cameraExists).mount(router);
        new CameraRoutes(vertx, stores.cameras(), limits.cameras(), backends.credentials()).mount(router);
        new QueryRoutes(stores.queries(), limits.queries()).mount(router);
        new RuleRoutes(stores, limits.rules()).mount(router);
        new WebhookRoutes(vertx, stores, limits.webhooks(), backends.secrets()).mount(router);
        new WebhookDeliveryRoutes(stores.webhooks(), new WebhookStatuses(statuses.webhooks()), writer).mount(router);
        new CalibrationRoutes(statuses.calibrations(), stores.baselines()).mount(router);
        new PromptRoutes(live.prompts(), writer, cameraExists).mount(router);
    }

    /** Waits until everything that was defined before has been read; false after {@code timeout}. */
    public boolean awaitDefinitions(Duration timeout) throws InterruptedException {
        return stores.awaitCaughtUp(timeout);
    }

    /** Whether the statuses of the other roles have been read. */
    public boolean isCaughtUp() {
        return statuses.areCaughtUp();
    }

    /** False once definitions or statuses can no longer be read. */
    public boolean alive() {
        return stores.areAlive() && statuses.areAlive();
    }

    @Override
    public void close() {
        stores.close();
        statuses.close();
    }
}
