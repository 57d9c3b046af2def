package io.segwatch.delivery;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Slack, Teams, Discord and ntfy on this machine, as their documents say: each checks a message's form and lengths, and
 * answers with its own codes and words. By path: {@code /services/}, {@code /workflows/}, {@code /api/webhooks/}, and
 * the root.
 */
final class ChatServer implements AutoCloseable {
    record Post(String path, String query, Map<String, List<String>> headers, JsonObject body) {}

    record Reply(int status, String body, Map<String, String> headers) {
        static Reply of(int status, String body) {
            return new Reply(status, body, Map.of());
        }
    }

    private final HttpServer server;
    final List<Post> taken = new CopyOnWriteArrayList<>();
    /** What it answers whatever it is posted. */
    volatile Optional<Reply> always = Optional.empty();

    ChatServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 50);
        server.createContext("/", this::take);
        server.start();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void take(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        Reply reply = always.orElseGet(() -> reply(exchange, bytes));
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] answer = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private Reply reply(HttpExchange exchange, byte[] bytes) {
        String path = exchange.getRequestURI().getPath();
        List<String> type = exchange.getRequestHeaders().getOrDefault("Content-Type", List.of());
        if (!type.equals(List.of("application/json"))) {
            return Reply.of(415, "");
        }
        JsonObject body = new JsonObject(new String(bytes, StandardCharsets.UTF_8));
        taken.add(new Post(path, exchange.getRequestURI().getRawQuery(), exchange.getRequestHeaders(), body));
        if (path.startsWith("/services/")) {
            return slack(body);
        }
        if (path.startsWith("/workflows/")) {
            return bytes.length > 28 << 10 ? Reply.of(413, "") : teams(body);
        }
        return path.startsWith("/api/webhooks/") ? discord(body) : ntfy(path, body);
    }

    private static Reply slack(JsonObject body) {
        boolean fits = is(body.getString("text"), 40_000);
        for (Object attachment : body.getJsonArray("attachments")) {
            for (Object block : ((JsonObject) attachment).getJsonArray("blocks")) {
                JsonArray texts = ((JsonObject) block).getJsonArray("fields", new JsonArray());
                fits &= texts.size() <= 10 && all(texts, text -> is(text.getString("text"), 2_000));
            }
        }
        return fits ? Reply.of(200, "ok") : Reply.of(400, "invalid_blocks");
    }

    private static Reply teams(JsonObject body) {
        JsonObject attachment = body.getJsonArray("attachments").getJsonObject(0);
        JsonObject card = attachment.getJsonObject("content");
        boolean right = body.getString("type").equals("message")
                && attachment.getString("contentType").equals("application/vnd.microsoft.card.adaptive")
                && card.getString("type").equals("AdaptiveCard")
                && card.getString("version").equals("1.4");
        return right ? Reply.of(202, "") : Reply.of(400, "{\"error\":{\"code\":\"TriggerInputSchemaMismatch\"}}");
    }

    private static Reply discord(JsonObject body) {
        JsonObject embed = body.getJsonArray("embeds").getJsonObject(0);
        JsonArray fields = embed.getJsonArray("fields");
        boolean fits = is(embed.getString("title"), 256)
                && embed.getString("description").length() <= 4_096
                && fields.size() <= 25
                && all(fields, field -> is(field.getString("name"), 256) && is(field.getString("value"), 1_024))
                && embed.getInteger("color") <= 0xffffff
                && embed.encode().length() <= 6_000;
        return fits ? Reply.of(204, "") : Reply.of(400, "{\"code\":50035,\"message\":\"Invalid Form Body\"}");
    }

    private static Reply ntfy(String path, JsonObject body) {
        boolean right = path.equals("/")
                && body.getString("topic").matches("[-_A-Za-z0-9]{1,64}")
                && body.getString("message").getBytes(StandardCharsets.UTF_8).length <= 4_096
                && body.getInteger("priority") >= 1
                && body.getInteger("priority") <= 5;
        return right
                ? Reply.of(200, "{\"id\":\"x\"}")
                : Reply.of(400, "{\"code\":40009,\"error\":\"invalid request\"}");
    }

    private static boolean is(String text, int most) {
        return !text.isEmpty() && text.length() <= most;
    }

    private static boolean all(JsonArray array, Predicate<JsonObject> holds) {
        return array.stream().map(JsonObject.class::cast).allMatch(holds);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
