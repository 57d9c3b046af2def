package io.segwatch.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.client.hotspot.DefaultExports;
import io.segwatch.role.Role;
import io.segwatch.role.RoleResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The management endpoints of a process, whichever roles it runs: {@code /metrics} for Prometheus, {@code /health} (503
 * asks for a restart) and {@code /ready} (503 while something is missing), both as JSON with the state of each role;
 * below a role's name, what that role answers itself.
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
        // The JVM's memory, threads and collections, and the process's CPU time and open files.
        DefaultExports.initialize();
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
        probe(exchange, roles.get().stream().allMatch(Role::alive));
    }

    private void ready(HttpExchange exchange) throws IOException {
        List<Role> running = roles.get();
        // A process that has not started a role yet is not ready.
        probe(
                exchange,
                !running.isEmpty()
                        && running.stream()
                                .allMatch(
                                        role -> role.alive() && role.notReady().isEmpty()));
    }

    private void probe(HttpExchange exchange, boolean ok) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("ok", ok);
        ArrayNode states = body.putArray("roles");
        for (Role role : roles.get()) {
            Optional<String> reason = role.notReady();
            String state = !role.alive() ? "FAILED" : reason.isPresent() ? "NOT_READY" : "READY";
            states.addObject().put("name", role.name()).put("state", state).put("reason", reason.orElse(""));
        }
        answer(exchange, ok ? 200 : 503, "application/json", body.toString());
    }

    private void roles(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        RoleResponse response = roles.get().stream()
                .filter(role -> path.startsWith("/" + role.name() + "/"))
                .findFirst()
                .flatMap(role -> role.get(path.substring(role.name().length() + 2)))
                .orElseGet(
                        () -> RoleResponse.error(404, "There is no such path; there are /metrics, /health and /ready"));
        response.location().ifPresent(url -> exchange.getResponseHeaders().set("Location", url));
        answer(exchange, response.status(), response.contentType(), response.body());
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
