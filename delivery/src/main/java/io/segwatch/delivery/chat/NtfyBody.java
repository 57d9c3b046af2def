package io.segwatch.delivery.chat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** ntfy, published as JSON: that goes to the server's root, and the address's last part, the topic, into the body. */
final class NtfyBody implements ChatService {
    private static final int MAX_TITLE = 250;
    /** A longer message would become an attachment. */
    private static final int MAX_MESSAGE_BYTES = 4_096;

    @Override
    public String address(String url) {
        int query = url.indexOf('?');
        int slash = pathEnd(url);
        return url.substring(0, slash + 1) + (query < 0 ? "" : url.substring(query));
    }

    private static int pathEnd(String url) {
        int query = url.indexOf('?');
        return url.lastIndexOf('/', query < 0 ? url.length() : query);
    }

    private static String topic(String url) {
        int query = url.indexOf('?');
        return url.substring(pathEnd(url) + 1, query < 0 ? url.length() : query);
    }

    @Override
    public JsonObject body(ChatMessage message, String url) {
        StringBuilder text = new StringBuilder(message.text());
        message.facts()
                .forEach((name, value) -> text.append(text.isEmpty() ? "" : " · ")
                        .append(name)
                        .append(": ")
                        .append(value));
        JsonObject body = new JsonObject()
                .put("topic", topic(url))
                .put("title", ShownText.plain(message.title(), MAX_TITLE))
                .put("message", ShownText.plainBytes(text.toString(), MAX_MESSAGE_BYTES))
                .put("tags", new JsonArray().add(message.tone().tag))
                .put("priority", message.tone().priority);
        message.link().ifPresent(link -> body.put("click", link));
        message.video()
                .ifPresent(video -> body.put(
                        "actions",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("action", "view")
                                        .put("label", "Video")
                                        .put("url", video))));
        return body;
    }

    @Override
    public byte[] addressed(byte[] body, String url) {
        return new JsonObject(Buffer.buffer(body))
                .put("topic", topic(url))
                .toBuffer()
                .getBytes();
    }

    /** As {@code {"code": 40301, "http": 403, "error": "forbidden"}}. */
    @Override
    public Optional<Refusal> refusal(int status, String answer) {
        return ChatService.json(answer)
                .map(json -> json.getValue("error"))
                .filter(String.class::isInstance)
                .map(error -> new Refusal((String) error, false));
    }
}
