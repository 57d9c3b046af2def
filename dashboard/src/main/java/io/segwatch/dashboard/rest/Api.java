package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.access.Access;
import io.segwatch.dashboard.access.AccessRule;
import io.segwatch.dashboard.alerts.AlertArchive;
import io.segwatch.dashboard.audit.AuditLog;
import io.segwatch.dashboard.audit.AuditTrail;
import io.segwatch.dashboard.evidence.AlertEvidence;
import io.segwatch.dashboard.evidence.EvidenceKeeper;
import io.segwatch.dashboard.evidence.PastFrames;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.dashboard.live.Live;
import io.segwatch.dashboard.storage.StorageReport;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.StoredTopics;
import io.segwatch.past.Backtester;
import io.segwatch.past.Searcher;
import io.segwatch.role.WebhookReach;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraTest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Producer;

/** The REST API: what people define, what is known about it, and prompts. Threadsafe. */
public final class Api implements AutoCloseable {
    /** Threads that print long answers, and how many of them somebody may wait for. */
    private static final int PRINTING = 2;

    private static final int PRINTING_EACH = 32;

    /** How many of each there can be; more are refused. */
    public record Limits(int cameras, int queries, int rules, int webhooks) {}

    /**
     * What the API keeps no copy of.
     *
     * @param credentials users and passwords of cameras
     * @param secrets of webhooks
     * @param backtester tries rules
     * @param searcher looks for words in the feature log; empty when this process has no model
     * @param webhookReach of the process that delivers; empty when that is another
     * @param cameraTests tries a camera with what it names there and never fails; empty when another process reads
     *     cameras
     */
    public record Backends(
            Credentials credentials,
            Secrets secrets,
            Backtester backtester,
            Optional<Searcher> searcher,
            Optional<WebhookReach> webhookReach,
            Optional<BiFunction<Camera, Credentials, CompletionStage<CameraTest>>> cameraTests) {}

    private final Vertx vertx;
    private final Kafka kafka;
    private final KafkaWriter writer;
    private final Live live;
    private final Access access;
    private final Limits limits;
    private final Backends backends;
    private final AuditLog audit;
    private final DefinitionStores stores;
    private final StatusTables statuses;
    private final PastFrames pastFrames;
    private final AlertArchive archive;
    private final AlertEvidence evidence;
    private final EvidenceKeeper keeper;

    /**
     * Begins to read definitions and statuses.
     *
     * @param producer writes definitions, prompts and dead letters
     * @param access has the operations about accounts
     * @param audit hears of each request
     */
    public Api(
            Vertx vertx,
            Kafka kafka,
            Producer<String, byte[]> producer,
            Live live,
            Access access,
            AuditLog audit,
            Limits limits,
            Backends backends) {
        this.vertx = vertx;
        this.kafka = kafka;
        this.writer = new KafkaWriter(vertx, producer);
        this.live = live;
        this.access = access;
        this.audit = audit;
        this.limits = limits;
        this.backends = backends;
        DeadLetters deadLetters = new DeadLetters(producer, KafkaWriter.ROLE);
        this.stores = DefinitionStores.open(kafka, writer, deadLetters, live);
        this.statuses = StatusTables.open(kafka, deadLetters, live, stores.queries()::get);
        new ErasureRun(vertx, kafka, writer, stores, statuses);
        new ExpiredQueries(vertx, stores.queries());
        this.pastFrames = new PastFrames(kafka, stores::hides);
        this.archive = new AlertArchive(kafka);
        this.evidence = new AlertEvidence(
                pastFrames,
                new AlertEvidence.Defined(stores.cameras()::get, stores.queries()::get, stores.rules()::get));
        this.keeper = new EvidenceKeeper(kafka, evidence, pastFrames, stores::hides);
    }

    /**
     * The routes of {@code /api}, made of the OpenAPI document; bodies must have been read. Fails when the document
     * describes other operations than there are.
     */
    public Future<Router> router() {
        return router(ApiDocument.json());
    }

    Future<Router> router(JsonObject document) {
        Buffer text = document.toBuffer();
        Operations operations =
                operations().on("get-document", ctx -> Json.send(ctx, 200, described(ctx, document, text)));
        // The library resolves references in place: it gets a copy.
        return ApiDocument.contract(vertx, document.copy())
                .map(contract -> operations.router(vertx, contract, stores.cameras()::has, audit::operation));
    }

    /**
     * By kind, who may be sent a message or an event on a connection that stays open, as the document says.
     *
     * @param operation {@code open-live} or {@code open-events}
     */
    public static Map<String, AccessRule> sentBy(String operation) {
        return ApiDocument.sentBy(operation);
    }

    /** The document, which says where the API lies when a proxy has put it below a path. */
    private static Buffer described(RoutingContext ctx, JsonObject document, Buffer text) {
        String prefix = Visitor.of(ctx).prefix();
        if (prefix.isEmpty()) {
            return text;
        }
        JsonArray servers = new JsonArray().add(new JsonObject().put("url", prefix));
        return document.copy().put("servers", servers).toBuffer();
    }

    private Operations operations() {
        BoundedWork printing = new BoundedWork(vertx, "answers", PRINTING, PRINTING_EACH);
        Predicate<String> cameraExists = stores.cameras()::has;
        AlertFinder alerts = new AlertFinder(archive, live, stores);
        Operations operations = new Operations();
        access.operations().forEach(operations::on);
        bindDefinitions(operations, printing);
        new DeliveryRoutes(stores.webhooks(), new WebhookStatuses(statuses.webhooks()), writer).bind(operations);
        new WebhookTestRoutes(vertx, stores.webhooks(), backends.webhookReach()).bind(operations);
        new CameraTestRoutes(vertx, stores.cameras()::get, backends.credentials(), backends.cameraTests())
                .bind(operations);
        new SystemRoutes(statuses, stores.cameras()::has, printing).bind(operations);
        new CalibrationRoutes(statuses.calibrations(), stores.baselines(), stores::hides, printing).bind(operations);
        new ErasureRoutes(vertx, stores, backends.credentials()).bind(operations);
        new StatusRoutes(live, statuses, stores, printing).bind(operations);
        new AreaRoutes(live, printing).bind(operations);
        new PastRoutes(live.past(), cameraExists, printing).bind(operations);
        new AlertRoutes(vertx, alerts, evidence).bind(operations);
        new ReviewRoutes(vertx, alerts, stores.reviews()).bind(operations);
        new MuteRoutes(stores).bind(operations);
        new ModelRolloutRoutes(stores, statuses.workers()).bind(operations);
        new PushRoutes(stores.pushes(), new PushKey(vertx, backends.secrets())).bind(operations);
        new FrameRoutes(vertx, live, pastFrames, stores.cameras()::get, statuses.cameras()::get).bind(operations);
        new BacktestRoutes(vertx, backends.backtester(), cameraExists).bind(operations);
        new SearchRoutes(vertx, backends.searcher(), stores).bind(operations);
        new ThumbnailRoutes(vertx, pastFrames, stores.cameras()::get).bind(operations);
        new PromptRoutes(live.prompts(), writer, cameraExists).bind(operations);
        new StreamRoutes(live, cameraExists).bind(operations);
        new AuditRoutes(vertx, new AuditTrail(kafka)).bind(operations);
        new StorageRoutes(vertx, new StorageReport(new StoredTopics(kafka))).bind(operations);
        return operations;
    }

    private void bindDefinitions(Operations operations, BoundedWork printing) {
        CameraKind cameras = new CameraKind(backends.credentials(), stores.erasures()::get, stores.queries()::has);
        new DefinitionRoutes<>(vertx, cameras, stores.cameras(), limits.cameras(), printing).bind(operations);
        QueryKind queries = new QueryKind(stores.queries());
        new DefinitionRoutes<>(vertx, queries, stores.queries(), limits.queries(), printing).bind(operations);
        RuleKind rules = new RuleKind(stores);
        new DefinitionRoutes<>(vertx, rules, stores.rules(), limits.rules(), printing).bind(operations);
        WebhookKind webhooks = new WebhookKind(stores, backends.secrets(), backends.webhookReach());
        new DefinitionRoutes<>(vertx, webhooks, stores.webhooks(), limits.webhooks(), printing).bind(operations);
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
        return stores.areAlive() && statuses.areAlive() && archive.alive() && keeper.alive();
    }

    @Override
    public void close() {
        keeper.close();
        archive.close();
        stores.close();
        statuses.close();
    }
}
