package io.segwatch.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.client.hotspot.DefaultExports;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.listen.Authority;
import io.segwatch.dashboard.listen.ConnectionLimit;
import io.segwatch.dashboard.tls.ServerTls;
import io.segwatch.role.Role;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The management endpoints of a process, whichever roles it runs: {@code /metrics} for Prometheus, {@code /health} (503
 * asks for a restart) and {@code /ready} (503 while something is missing), both as JSON with the state of each role;
 * below a role's name, what that role answers itself. Probes wait for nobody: they are answered where connections are
 * accepted, and a new connection always finds a place.
 */
final class AdminServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
    private static final int MAX_CONNECTIONS = 64;
    /** Also bounds how long a request may take to arrive. */
    private static final int IDLE_SECONDS = 10;

    private static final int MAX_AT_ONCE = 2;
    private static final int MAX_WAITING = 16;

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(MAX_AT_ONCE)
            // It serves no files, and must start where none can be written.
            .setFileSystemOptions(
                    new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));

    private final HttpServer server;
    private final ConnectionLimit connections = new ConnectionLimit(MAX_CONNECTIONS);
    private final Semaphore slow = new Semaphore(MAX_AT_ONCE + MAX_WAITING);
    private final Set<String> names;
    private final Supplier<List<Role>> roles;

    private AdminServer(String host, int port, Optional<ServerTls> tls, Set<String> names, Supplier<List<Role>> roles) {
        this.names = names;
        this.roles = roles;
        HttpServerOptions options = new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setIdleTimeout(IDLE_SECONDS)
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(8 << 10);
        tls.ifPresent(certificate -> certificate.secure(options));
        this.server = vertx.createHttpServer(options).requestHandler(this::handle);
        connections.guard(server);
    }

    /**
     * @param tls speaks HTTPS with this certificate; empty for plain HTTP
     * @param names by which the process is called, besides localhost and its addresses
     * @throws IOException when the port cannot be used, with the remedy
     */
    static AdminServer start(
            String host, int port, Optional<ServerTls> tls, Set<String> names, Supplier<List<Role>> roles)
            throws IOException, InterruptedException {
        // The JVM's memory, threads and collections, and the process's CPU time and open files.
        DefaultExports.initialize();
        AdminServer admin = new AdminServer(host, port, tls, names, roles);
        try {
            admin.server.listen().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            tls.ifPresent(certificate -> certificate.follow(admin.server));
            return admin;
        } catch (ExecutionException | TimeoutException e) {
            admin.close();
            String reason =
                    e.getCause() == null ? "it takes too long" : e.getCause().getMessage();
            throw new IOException(
                    "Port " + port + " of " + host + " cannot be used (" + reason
                            + "). Stop what uses it, or name another with segwatch.admin.port (0 takes any free one).",
                    e);
        }
    }

    int port() {
        return server.actualPort();
    }

    private void handle(HttpServerRequest request) {
        connections.asked(request.connection());
        request.response()
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .endHandler(sent -> connections.answered(request.connection()));
        try {
            route(request);
        } catch (RuntimeException e) {
            fail(request, e);
        }
    }

    private void route(HttpServerRequest request) {
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            request.response().putHeader("Allow", "GET, HEAD");
            throw HttpProblem.of(405, "method", request.method() + " is not possible here; there are GET and HEAD");
        }
        switch (request.path()) {
            case "/health" -> probe(request, roles.get().stream().allMatch(Role::alive));
            case "/ready" -> ready(request);
            default -> {
                checkName(request);
                boolean metrics = request.path().equals("/metrics");
                slowly(request, metrics ? AdminServer::metrics : () -> ofRole(request.path()));
            }
        }
    }

    /** A page of another site may call this port by a name of its own that leads here, and so read the answer. */
    private void checkName(HttpServerRequest request) {
        String header = request.getHeader("Host");
        Authority called = Authority.parse(header);
        boolean known = called.isAddress() || called.host().equals("localhost") || names.contains(called.host());
        if (header != null && !known) {
            throw HttpProblem.of(
                    421,
                    "Host",
                    "is no name of this process: call it by its address, or add the name to segwatch.admin.names");
        }
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw HttpProblem.of(403, "Sec-Fetch-Site", "names another site; open this address itself");
        }
    }

    private void ready(HttpServerRequest request) {
        List<Role> running = roles.get();
        // A process that has not started a role yet is not ready.
        probe(
                request,
                !running.isEmpty()
                        && running.stream()
                                .allMatch(
                                        role -> role.alive() && role.notReady().isEmpty()));
    }

    private void probe(HttpServerRequest request, boolean ok) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("ok", ok);
        ArrayNode states = body.putArray("roles");
        for (Role role : roles.get()) {
            Optional<String> missing = role.notReady();
            // One that cannot keep up stays ready: taken out of service it would leave more undone.
            Optional<String> behind = role.degraded();
            String working = behind.isPresent() ? "DEGRADED" : "READY";
            String state = !role.alive() ? "FAILED" : missing.isPresent() ? "NOT_READY" : working;
            states.addObject()
                    .put("name", role.name())
                    .put("state", state)
                    .put("reason", missing.or(() -> behind).orElse(""));
        }
        answer(request, new Role.Response(ok ? 200 : 503, "application/json", body.toString(), Optional.empty()));
    }

    /** What takes a moment does so on a thread of its own; a few may wait for one. */
    private void slowly(HttpServerRequest request, Callable<Role.Response> work) {
        if (!slow.tryAcquire()) {
            throw HttpProblem.of(503, "server", "is answering others; try again in a moment");
        }
        vertx.executeBlocking(work, false)
                .onComplete(done -> slow.release())
                .onSuccess(response -> answer(request, response))
                .onFailure(failure -> fail(request, failure));
    }

    private static Role.Response metrics() throws IOException {
        StringWriter text = new StringWriter();
        TextFormat.write004(text, CollectorRegistry.defaultRegistry.metricFamilySamples());
        return new Role.Response(200, TextFormat.CONTENT_TYPE_004, text.toString(), Optional.empty());
    }

    private Role.Response ofRole(String path) {
        return roles.get().stream()
                .filter(role -> path.startsWith("/" + role.name() + "/"))
                .findFirst()
                .flatMap(role -> role.get(path.substring(role.name().length() + 2)))
                .orElseGet(() ->
                        Role.Response.error(404, "There is no such path; there are /metrics, /health and /ready"));
    }

    private static void answer(HttpServerRequest request, Role.Response response) {
        if (request.response().closed()) {
            return;
        }
        boolean problem = response.status() >= 400 && response.contentType().startsWith("text/plain");
        if (problem) {
            HttpProblem.of(response.status(), "path", response.body().strip()).send(request.response());
            return;
        }
        // The process that has it is configured as this one is.
        response.location()
                .map(url -> request.isSSL() ? url.replaceFirst("^http:", "https:") : url)
                .ifPresent(url -> request.response().putHeader("Location", url));
        request.response()
                .setStatusCode(response.status())
                .putHeader("Content-Type", response.contentType())
                .putHeader("Cache-Control", "no-store")
                .end(response.body());
    }

    private static void fail(HttpServerRequest request, Throwable failure) {
        if (request.response().closed() || request.response().ended()) {
            return;
        }
        if (failure instanceof HttpProblem problem) {
            problem.send(request.response());
            return;
        }
        log.error("{} failed", request.path(), failure);
        HttpProblem.of(500, "server", "failed; its log says why").send(request.response());
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The admin port was not closed cleanly", e);
        }
    }
}
