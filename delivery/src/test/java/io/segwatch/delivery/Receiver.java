package io.segwatch.delivery;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** A webhook receiver that verifies each request with the specification's own library. */
final class Receiver implements AutoCloseable {
    /** A request whose signature was good. */
    record Post(String path, String id, long atMs, Map<String, String> headers, JsonObject body, int status) {
        JsonObject alert() {
            return body.containsKey("specversion") ? body.getJsonObject("data") : body;
        }

        String rule() {
            return alert().getString("rule");
        }

        /** The alert's number, as the tests give it. */
        int number() {
            return Integer.parseInt(alert().getString("id").replaceAll("\\D", ""));
        }

        boolean taken() {
            return status < 300;
        }
    }

    /** What it answers. */
    record Answer(int status, Map<String, String> headers) {
        static final Answer OK = new Answer(204, Map.of());

        static Answer of(int status) {
            return new Answer(status, Map.of());
        }
    }

    interface Behaviour {
        Answer answer(Post post) throws InterruptedException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Webhook verifier;
    final List<Post> posts = new CopyOnWriteArrayList<>();
    final List<String> unverified = new CopyOnWriteArrayList<>();
    volatile Behaviour behaviour = post -> Answer.OK;

    Receiver(String secret) throws IOException {
        this(secret, InetAddress.getByName("127.0.0.1"), Optional.empty());
    }

    Receiver(String secret, InetAddress address, Optional<SSLContext> tls) throws IOException {
        try {
            verifier = new Webhook(secret);
        } catch (EmptyWebhookSecretException e) {
            throw new IllegalArgumentException(e);
        }
        server = tls.isPresent() ? secure(tls.get()) : HttpServer.create();
        server.bind(new InetSocketAddress(address, 0), 100);
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    private static HttpServer secure(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create();
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/hook";
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Those that were answered with success. */
    List<Post> taken() {
        return posts.stream().filter(Post::taken).toList();
    }

    List<Integer> numbersTaken(String rule) {
        return taken().stream()
                .filter(post -> post.rule().equals(rule))
                .map(Post::number)
                .toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> headers = exchange.getRequestHeaders().entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> entry.getKey().toLowerCase(Locale.ROOT),
                        entry -> entry.getValue().get(0)));
        Answer answer;
        try {
            verifier.verify(body, HttpHeaders.of(exchange.getRequestHeaders(), (name, value) -> true));
            String path = exchange.getRequestURI().getPath();
            Post draft = new Post(
                    path, headers.get("webhook-id"), System.currentTimeMillis(), headers, new JsonObject(body), 0);
            answer = behaviour.answer(draft);
            posts.add(new Post(path, draft.id(), draft.atMs(), headers, draft.body(), answer.status()));
        } catch (WebhookVerificationException e) {
            unverified.add(e.getMessage() + ": " + body);
            answer = Answer.of(401);
        } catch (InterruptedException e) {
            exchange.close();
            return;
        }
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), -1);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
