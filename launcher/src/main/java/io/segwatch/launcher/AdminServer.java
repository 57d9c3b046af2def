package io.segwatch.launcher;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.segwatch.role.Role;
import io.segwatch.role.RoleResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * What an orchestrator and Prometheus ask of any process, whichever roles it runs: {@code /metrics}, {@code /health}
 * (503 asks for a restart) and {@code /ready} (503 says in words what is missing); below a role's name, what that role
 * has to tell.
 */
final class AdminServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(2, AdminServer::daemon);
    private final Supplier<List<Role>> roles;

    private AdminServer(HttpServer server, Supplier<List<Role>> roles) {
        this.server = server;
        this.roles = roles;
    }

    static AdminServer start(String host, int port, Supplier<List<Role>> roles) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(host, port), 16);
        } catch (IOException e) {
            throw new IOException(
                    "Port " + port + " of " + host + " cannot be used (" + e.getMessage()
                            + "). Stop what uses it, or name another with segwatch.admin.port (0 takes any free one).",
                    e);
        }
        AdminServer admin = new AdminServer(server, roles);
        server.createContext("/metrics", admin::metrics);
        server.createContext("/health", admin::health);
        server.createContext("/ready", admin::ready);
        server.createContext("/", admin::roles);
        server.setExecutor(admin.executor);
        server.start();
        return admin;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void metrics(HttpExchange exchange) throws IOException {
        StringWriter text = new StringWriter();
        TextFormat.write004(text, CollectorRegistry.defaultRegistry.metricFamilySamples());
        answer(exchange, 200, TextFormat.CONTENT_TYPE_004, text.toString());
    }

    private void health(HttpExchange exchange) throws IOException {
        List<String> failed = roles.get().stream()
                .filter(role -> !role.alive())
                .map(Role::name)
                .toList();
        plain(exchange, failed.isEmpty(), failed.isEmpty() ? "alive" : "failed: " + String.join(", ", failed));
    }

    private void ready(HttpExchange exchange) throws IOException {
        List<String> missing = roles.get().stream()
                .flatMap(role -> role.notReady().map(why -> role.name() + ": " + why).stream())
                .toList();
        boolean started = !roles.get().isEmpty();
        plain(exchange, started && missing.isEmpty(), started ? String.join("\n", missing) : "starting");
    }

    private void roles(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        RoleResponse reply = roles.get().stream()
                .filter(role -> path.startsWith("/" + role.name() + "/"))
                .findFirst()
                .flatMap(role -> role.get(path.substring(role.name().length() + 2)))
                .orElseGet(() ->
                        RoleResponse.refused(404, "Nothing is told here; there are /metrics, /health and /ready"));
        reply.location().ifPresent(url -> exchange.getResponseHeaders().set("Location", url));
        answer(exchange, reply.status(), reply.contentType(), reply.body());
    }

    private static void plain(HttpExchange exchange, boolean ok, String text) throws IOException {
        answer(exchange, ok ? 200 : 503, "text/plain; charset=utf-8", (text.isEmpty() ? "ready" : text) + "\n");
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "admin");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
