package io.segwatch.dashboard;

import com.google.protobuf.Message;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Table;
import io.segwatch.role.Backtester;
import io.segwatch.role.Role;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookStatus;
import io.segwatch.v1.WorkerStatus;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.StaticHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The web page and its API. Writes definitions and prompts, reads everything, keeps nothing but a bounded memory of the
 * last minutes.
 */
public final class DashboardRole implements Role {
    static final String NAME = "dashboard";

    private static final Logger log = LoggerFactory.getLogger(DashboardRole.class);
    private static final int MAX_BODY_BYTES = 64 << 10;
    private static final Duration CATCH_UP = Duration.ofSeconds(60);
    /** The version is the root pom's uplot.version; a test fails when the two part. */
    private static final String UPLOT = "META-INF/resources/webjars/uplot/1.6.30/dist";

    private final DashboardConfig config;
    private final Vertx vertx;
    private final Producer<String, byte[]> producer;
    private final Viewers viewers;
    private final DefinitionStore<Camera> cameras;
    private final DefinitionStore<Query> queries;
    private final DefinitionStore<Rule> rules;
    private final DefinitionStore<Webhook> webhooks;
    private final DefinitionStore<AcceptedBaseline> baselines;
    private final Table<Calibration> calibrations;
    private final Table<CameraStatus> cameraStatus;
    private final Table<WorkerStatus> workerStatus;
    private final Table<WebhookStatus> webhookStatus;
    private final Feed feed;
    private final HttpServer server;

    private DashboardRole(
            Kafka kafka,
            DashboardConfig config,
            Credentials credentials,
            Secrets secrets,
            Optional<Backtester> backtester) {
        this.config = config;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(8));
        this.producer = impatient(kafka).producer(NAME);
        DeadLetters deadLetters = new DeadLetters(producer, NAME);
        Writes writes = new Writes(vertx);
        Seats seats = new Seats(config.maxViewers());
        this.viewers = new Viewers(vertx, seats, this::cameraExists);
        EventStreams events = new EventStreams(vertx, seats, config.alertRecords(), this::cameraExists);
        this.cameras = new DefinitionStore<>(
                kafka, Topic.CAMERAS, producer, deadLetters, writes, (id, value) -> tell("cameras", id, value));
        this.queries = new DefinitionStore<>(
                kafka, Topic.QUERIES, producer, deadLetters, writes, (id, value) -> tell("queries", id, value));
        this.rules = new DefinitionStore<>(
                kafka, Topic.RULES, producer, deadLetters, writes, (id, value) -> tell("rules", id, value));
        this.webhooks = new DefinitionStore<>(
                kafka, Topic.WEBHOOKS, producer, deadLetters, writes, (id, value) -> tell("webhooks", id, value));
        this.baselines =
                new DefinitionStore<>(kafka, Topic.BASELINES, producer, deadLetters, writes, (id, value) -> {});
        this.calibrations = new Table<>(kafka, Topic.CALIBRATIONS, NAME, deadLetters, (id, value) -> {}).start();
        this.cameraStatus = new Table<>(
                        kafka, Topic.CAMERA_STATUS, NAME, deadLetters, (id, value) -> tell("camera-status", id, value))
                .start();
        this.workerStatus = new Table<>(
                        kafka, Topic.WORKER_STATUS, NAME, deadLetters, (id, value) -> tell("worker-status", id, value))
                .start();
        this.webhookStatus = new Table<>(kafka, Topic.WEBHOOK_STATUS, NAME, deadLetters, (id, value) -> {}).start();
        RecentAreas areas = new RecentAreas(config.areaRecords());
        RecentAlerts alerts = new RecentAlerts(config.alertRecords());
        Prompts prompts = new Prompts();
        this.feed = new Feed(kafka, areas, alerts, prompts, viewers, events, deadLetters);
        Router router = Router.router(vertx);
        Gate gate = new Gate(vertx, config);
        gate.mount(router);
        viewers.mount(router);
        events.mount(router);
        readBodies(router);
        gate.mountLogin(router);
        PastFrames pastFrames = new PastFrames(kafka);
        new FactRoutes(vertx, feed, pastFrames, areas, alerts, seats, cameras, cameraStatus, workerStatus, backtester)
                .mount(router);
        new CameraRoutes(vertx, cameras, config.maxCameras(), credentials).mount(router);
        new QueryRoutes(queries, config.maxQueries()).mount(router);
        new RuleRoutes(rules, config.maxRules(), cameras, queries).mount(router);
        WebhookRoutes webhookRoutes = new WebhookRoutes(
                vertx,
                webhooks,
                config.maxWebhooks(),
                this::ruleExists,
                this::cameraExists,
                new WebhookStatuses(webhookStatus),
                secrets,
                producer,
                writes);
        webhookRoutes.mount(router);
        webhookRoutes.mountMore(router);
        new CalibrationRoutes(calibrations, baselines).mount(router);
        new EvidenceRoutes(vertx, pastFrames, alerts, cameras, queries, rules).mount(router);
        new PromptRoutes(prompts, producer, writes, this::cameraExists).mount(router);
        new OpsRoutes(this).mount(router);
        mountPage(router);
        router.route().handler(ctx -> ctx.fail(404));
        router.route().failureHandler(DashboardRole::answerFailure);
        this.server = vertx.createHttpServer(serverOptions(config)).requestHandler(router);
    }

    /**
     * Starts the dashboard and returns when it answers; creates the topics that are missing.
     *
     * @param credentials where users and passwords of cameras are kept; shared with the ingest role
     * @param secrets where webhooks' secrets are kept; shared with the delivery role
     * @param backtester empty where this process does not run one
     * @throws IllegalStateException when Kafka does not answer or the port is in use, with the remedy
     */
    public static DashboardRole start(
            Kafka kafka,
            DashboardConfig config,
            Credentials credentials,
            Secrets secrets,
            Optional<Backtester> backtester)
            throws InterruptedException {
        kafka.createTopics();
        DashboardRole role = new DashboardRole(kafka, config, credentials, secrets, backtester);
        try {
            role.listen();
            return role;
        } catch (RuntimeException | InterruptedException e) {
            role.close();
            throw e;
        }
    }

    private void listen() throws InterruptedException {
        if (!cameras.table().awaitCaughtUp(CATCH_UP)
                || !queries.table().awaitCaughtUp(CATCH_UP)
                || !rules.table().awaitCaughtUp(CATCH_UP)
                || !webhooks.table().awaitCaughtUp(CATCH_UP)) {
            throw new IllegalStateException("Kafka did not deliver the definitions within " + CATCH_UP.toSeconds()
                    + " s. Check that the broker runs and is not overloaded.");
        }
        try {
            server.listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "The dashboard cannot listen on " + config.host() + ":" + config.port() + ": "
                            + String.valueOf(
                                    e.getCause() == null ? e : e.getCause().getMessage())
                            + ". Stop what uses the port, or name another with segwatch.dashboard.port (0 takes any"
                            + " free one).",
                    e);
        }
        log.info("Dashboard at {}", url());
    }

    /** A person waits for these records: one that is not acknowledged soon is given up. */
    private static Kafka impatient(Kafka kafka) {
        Map<String, String> client = new HashMap<>(kafka.client());
        client.put("request.timeout.ms", "4000");
        client.put("delivery.timeout.ms", "8000");
        return new Kafka(kafka.bootstrapServers(), kafka.partitions(), kafka.replicationFactor(), client);
    }

    private static HttpServerOptions serverOptions(DashboardConfig config) {
        return new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setIdleTimeout(60)
                // The gate reads the Host header, which HTTP/2 has not.
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(16 << 10)
                .setMaxWebSocketMessageSize(4 << 10)
                // JPEG does not get smaller.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(1 << 20);
    }

    private static void readBodies(Router router) {
        BodyHandler bodies = BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES);
        router.post().handler(bodies);
        router.put().handler(bodies);
    }

    private static void mountPage(Router router) {
        router.get("/lib/*").handler(StaticHandler.create(UPLOT).setCachingEnabled(true));
        router.get("/*").handler(StaticHandler.create("web").setMaxAgeSeconds(0).setIndexPage("index.html"));
    }

    private static void answerFailure(RoutingContext ctx) {
        Throwable failure = ctx.failure();
        Refusal refusal;
        if (failure instanceof Refusal known) {
            refusal = known;
        } else if (ctx.statusCode() == 413) {
            refusal = Refusal.of(413, "body", "is larger than " + MAX_BODY_BYTES / 1024 + " KiB");
        } else if (ctx.statusCode() == 404) {
            refusal = Refusal.of(404, "path", "there is nothing here; see /api/openapi.json");
        } else if (failure == null && ctx.statusCode() >= 400 && ctx.statusCode() < 500) {
            refusal = Refusal.of(ctx.statusCode(), "request", "is not understood; see /api/openapi.json");
        } else {
            log.error("{} {} failed", ctx.request().method(), ctx.normalizedPath(), failure);
            refusal = Refusal.of(500, "server", "failed; its log says why");
        }
        if (!ctx.response().headWritten()) {
            Json.send(ctx, refusal.status(), Json.problems(refusal.problems()));
        }
    }

    private boolean cameraExists(String id) {
        return cameras.has(id);
    }

    private boolean ruleExists(String id) {
        return Definitions.driftingQuery(id).map(queries::has).orElseGet(() -> rules.has(id));
    }

    private void tell(String kind, String id, Message value) {
        viewers.tellOfChange(kind, id, value);
    }

    /** The port that is listened on. */
    public int port() {
        return server.actualPort();
    }

    /** Where a person opens the page. */
    public String url() {
        String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        return "http://" + host + ":" + port() + "/";
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> notReady() {
        if (!feed.alive()) {
            return Optional.of("The dashboard can read no more facts from Kafka; see its log.");
        }
        boolean caughtUp = Stream.of(cameraStatus, workerStatus, webhookStatus, calibrations)
                .allMatch(Table::isCaughtUp);
        return caughtUp ? Optional.empty() : Optional.of("The dashboard is reading the status topics.");
    }

    @Override
    public boolean alive() {
        return feed.alive()
                && Stream.of(cameras, queries, rules, webhooks, baselines)
                        .allMatch(store -> store.table().alive())
                && Stream.of(cameraStatus, workerStatus, webhookStatus, calibrations)
                        .allMatch(Table::alive);
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The web server did not stop cleanly", e);
        }
        feed.close();
        cameras.close();
        queries.close();
        rules.close();
        webhooks.close();
        baselines.close();
        calibrations.close();
        cameraStatus.close();
        workerStatus.close();
        webhookStatus.close();
        producer.close(Duration.ofSeconds(5));
    }
}
