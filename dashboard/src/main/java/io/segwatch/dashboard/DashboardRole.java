package io.segwatch.dashboard;

import io.segwatch.dashboard.access.Access;
import io.segwatch.dashboard.audit.AuditLog;
import io.segwatch.dashboard.http.FailureHandler;
import io.segwatch.dashboard.listen.ConnectionLimit;
import io.segwatch.dashboard.live.Live;
import io.segwatch.dashboard.oidc.OidcLogin;
import io.segwatch.dashboard.rest.Api;
import io.segwatch.dashboard.rest.ApiMetrics;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.dashboard.tls.ServerTls;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.past.Backtester;
import io.segwatch.past.Searcher;
import io.segwatch.role.Role;
import io.segwatch.role.WebhookReach;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraTest;
import io.segwatch.v1.Frame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
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
    private static final int IDLE_SECONDS = 30;
    private static final int CLOSING_SECONDS = 3;
    private static final Duration CATCH_UP = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(10);
    /** uPlot as npm packs it, in the version of web-tests/package.json. */
    private static final String UPLOT = "uplot";

    private final DashboardConfig config;
    private final Optional<ServerTls> tls;
    private final Vertx vertx;
    private final Producer<String, byte[]> producer;
    private final Access access;
    private final Optional<OidcLogin> oidc;
    private final AuditLog audit;
    private final SignedLinks links;
    private final Live live;
    private final Api api;
    private final HttpServer server;
    private final ConnectionLimit connections;

    private DashboardRole(Kafka kafka, DashboardConfig config, Optional<ServerTls> tls, Api.Backends backends) {
        this.config = config;
        this.tls = tls;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(8));
        this.producer = withShortTimeouts(kafka).producer(NAME);
        this.access = new Access(
                vertx,
                kafka,
                producer,
                new DeadLetters(producer, NAME),
                new Access.Settings(
                        config.isLoopback() && config.adminPasswordFile().isEmpty(),
                        config.token().orElse(""),
                        config.sessionIdle(),
                        config.sessionLifetime(),
                        config.maxChangesPerMinute(),
                        config.oidc().enabled() ? Optional.of(config.oidc().name()) : Optional.empty()));
        this.oidc = config.oidc().enabled()
                ? Optional.of(new OidcLogin(vertx, access, config.oidc(), config.publicUrl()))
                : Optional.empty();
        this.audit = new AuditLog(new KafkaWriter(vertx, producer), config.auditLooks());
        this.links =
                new SignedLinks(vertx, backends.secrets(), config.publicUrl().isPresent());
        this.live = new Live(
                vertx,
                new Live.Limits(
                        config.maxViewers(),
                        config.maxViewersPerAddress(),
                        config.streamLease(),
                        config.areaRecords(),
                        config.historyRecords(),
                        config.alertRecords()),
                new Live.Visibility(Api.sentBy("open-live"), Api.sentBy("open-events"), access::isCurrent));
        this.connections = new ConnectionLimit(config.maxConnections());
        this.api = new Api(
                vertx,
                kafka,
                producer,
                live,
                access,
                audit,
                new Api.Limits(config.maxCameras(), config.maxQueries(), config.maxRules(), config.maxWebhooks()),
                backends);
        live.start(kafka, new DeadLetters(producer, NAME));
        this.server = vertx.createHttpServer(serverOptions(config, tls));
        connections.guard(server);
    }

    /**
     * Starts the dashboard and returns when it answers; the topics must exist.
     *
     * @param tls speaks HTTPS with this certificate; empty for plain HTTP
     * @param credentials where users and passwords of cameras are kept; shared with the ingest role
     * @param secrets where webhooks' secrets are kept; shared with the delivery role
     * @param backtester tries rules on recorded observations
     * @param searcher looks for words in the feature log; empty when this process has no model
     * @param webhookReach of the process that delivers; empty when that is another
     * @param cameraTests tries a camera and never fails; empty when another process reads cameras
     * @throws IllegalStateException when Kafka does not answer or the port is in use, with the remedy
     */
    public static DashboardRole start(
            Kafka kafka,
            DashboardConfig config,
            Optional<ServerTls> tls,
            Credentials credentials,
            Secrets secrets,
            Backtester backtester,
            Optional<Searcher> searcher,
            Optional<WebhookReach> webhookReach,
            Optional<BiFunction<Camera, Credentials, CompletionStage<CameraTest>>> cameraTests)
            throws InterruptedException {
        Api.Backends backends = new Api.Backends(credentials, secrets, backtester, searcher, webhookReach, cameraTests);
        DashboardRole role = new DashboardRole(kafka, config, tls, backends);
        try {
            role.listen();
            return role;
        } catch (RuntimeException | InterruptedException e) {
            role.close();
            throw e;
        }
    }

    private Router router(Router apiRouter) {
        Router router = Router.router(vertx);
        RequestBodies bodies = new RequestBodies(vertx, MAX_BODY_BYTES);
        router.route().handler(this::count);
        router.route().handler(Compression::none);
        router.route().handler(new ApiMetrics()::count);
        new AccessHandler(access, links, config, tls).mount(router, bodies, audit);
        oidc.ifPresent(login -> login.mount(router));
        // A WebSocket cannot be opened once the request has been read to its end.
        router.route("/api/*").handler(ctx -> {
            if (!"websocket".equalsIgnoreCase(ctx.request().getHeader("Upgrade"))) {
                bodies.handle(ctx);
            } else {
                ctx.next();
            }
        });
        router.route("/api/*").handler(bodies::arrived);
        // A browser hides from the page why a WebSocket was refused: so it asks, and is told that POST is not possible.
        router.post("/api/live").handler(ctx -> {
            live.checkSeat(ctx);
            ctx.next();
        });
        // Not below /api: the document's paths begin with it.
        router.route("/*").subRouter(apiRouter);
        router.get("/*").handler(Compression::ofTexts);
        router.get("/lib/*")
                .handler(StaticHandler.create(UPLOT).setCachingEnabled(true).setEnableRangeSupport(false));
        router.get("/*").handler(new Pages());
        router.get("/manifest.webmanifest").handler(DashboardRole::manifest);
        router.get("/*")
                .handler(StaticHandler.create("web")
                        .setMaxAgeSeconds(0)
                        .setIndexPage("index.html")
                        .setEnableRangeSupport(false));
        router.route().handler(ctx -> ctx.fail(404));
        router.route().failureHandler(new FailureHandler(MAX_BODY_BYTES));
        return router;
    }

    /** Vert.x does not know this kind of file. */
    private static void manifest(RoutingContext ctx) {
        ctx.response().putHeader("Content-Type", "application/manifest+json");
        ctx.next();
    }

    private void count(RoutingContext ctx) {
        HttpConnection connection = ctx.request().connection();
        if (ctx.request().getHeader("Upgrade") != null) {
            // It leaves HTTP, and seats are counted from here on.
            connections.leave(connection);
        } else {
            connections.asked(connection);
            ctx.addEndHandler(ended -> connections.answered(connection));
        }
        ctx.next();
    }

    private void listen() throws InterruptedException {
        if (!access.awaitAccounts(CATCH_UP) || !api.awaitDefinitions(CATCH_UP)) {
            throw new IllegalStateException("Kafka did not deliver the definitions within " + CATCH_UP.toSeconds()
                    + " s. Check that the broker runs and is not overloaded.");
        }
        try {
            if (config.adminPasswordFile().isPresent()) {
                await(access.makeFirstAdmin(config.adminPasswordFile().get()), CATCH_UP);
            }
            await(
                    api.router()
                            .compose(routes ->
                                    server.requestHandler(router(routes)).listen()),
                    CATCH_UP);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "The dashboard did not start within " + CATCH_UP.toSeconds()
                            + " s: this machine is too busy. Start it again when it has less to do.",
                    e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "The dashboard cannot listen on " + config.host() + ":" + config.port() + ": "
                            + e.getCause().getMessage()
                            + ". Stop what uses the port, or name another with segwatch.dashboard.port (0 takes any"
                            + " free one).",
                    e);
        }
        tls.ifPresent(certificate -> certificate.follow(server));
        log.info("Dashboard at {}", config.publicUrl().orElse(url()));
    }

    private static <T> T await(Future<T> future, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A person waits for these records: one that is not acknowledged soon is given up. */
    private static Kafka withShortTimeouts(Kafka kafka) {
        Map<String, String> client = new HashMap<>(kafka.client());
        client.put("request.timeout.ms", "4000");
        client.put("delivery.timeout.ms", "8000");
        return new Kafka(kafka.bootstrapServers(), kafka.partitions(), kafka.replicationFactor(), client);
    }

    private static HttpServerOptions serverOptions(DashboardConfig config, Optional<ServerTls> tls) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                // Also bounds how long a request's headers may take to arrive, and a write that nobody reads.
                .setIdleTimeout(IDLE_SECONDS)
                .setWebSocketClosingTimeout(CLOSING_SECONDS)
                // The access handler reads the Host header, which HTTP/2 has not.
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(16 << 10)
                .setMaxWebSocketMessageSize(8 << 10)
                // JPEG does not get smaller.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(1 << 20);
        Compression.allow(options);
        tls.ifPresent(certificate -> certificate.secure(options));
        return options;
    }

    /**
     * Where pictures in a camera's own size come from.
     *
     * @param grabbing gives a camera's next one, or fails when none comes in time
     */
    public void takePicturesFrom(BiFunction<String, Duration, CompletionStage<Frame>> grabbing) {
        live.takePicturesFrom(grabbing);
    }

    /** The port that is listened on. */
    public int port() {
        return server.actualPort();
    }

    /** Where a program on this machine finds the dashboard. */
    public String url() {
        String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        return (tls.isPresent() ? "https://" : "http://") + host + ":" + port() + "/";
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> notReady() {
        if (!live.alive()) {
            return Optional.of("The dashboard can read no more facts from Kafka; see its log.");
        }
        return api.isCaughtUp() ? Optional.empty() : Optional.of("The dashboard is reading the status topics.");
    }

    @Override
    public Optional<String> degraded() {
        return tls.flatMap(ServerTls::problem);
    }

    @Override
    public boolean alive() {
        return live.alive() && api.alive() && access.alive();
    }

    @Override
    public void close() {
        try {
            await(vertx.close(), STOP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The web server did not stop cleanly", e);
        }
        live.close();
        api.close();
        access.close();
        producer.close(Duration.ofSeconds(5));
    }
}
