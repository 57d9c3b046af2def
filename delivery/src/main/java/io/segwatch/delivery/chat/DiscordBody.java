package io.segwatch.delivery.chat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * Discord's webhooks: one embed, with mentions of any kind off. The lengths keep an embed under its 6000 characters.
 */
final class DiscordBody implements ChatService {
    private static final int MAX_TITLE = 256;
    private static final int MAX_DESCRIPTION = 4_000;
    private static final int MAX_VALUE = 300;
    /** Unknown webhook, and a token that is no longer its own. */
    private static final int UNKNOWN_WEBHOOK = 10_015;

    private static final int INVALID_TOKEN = 50_027;

    @Override
    public JsonObject body(ChatMessage message, String url) {
        JsonArray fields = new JsonArray();
        message.facts()
                .forEach((name, value) -> fields.add(new JsonObject()
                        .put("name", name)
                        .put("value", ShownText.discord(value, MAX_VALUE))
                        .put("inline", true)));
        message.video()
                .ifPresent(video -> fields.add(new JsonObject()
                        .put("name", "Video")
                        .put("value", "[Play](" + video + ")")
                        .put("inline", true)));
        JsonObject embed = new JsonObject()
                .put("title", ShownText.discord(message.title(), MAX_TITLE))
                .put("description", ShownText.discord(message.text(), MAX_DESCRIPTION))
                .put("color", message.tone().color)
                .put("timestamp", message.at().toString())
                .put("fields", fields)
                .put("footer", new JsonObject().put("text", "Segwatch"));
        message.link().ifPresent(link -> embed.put("url", link));
        return new JsonObject()
                .put("embeds", new JsonArray().add(embed))
                .put("allowed_mentions", new JsonObject().put("parse", new JsonArray()));
    }

    /** As {@code {"code": 10015, "message": "Unknown Webhook"}}. */
    @Override
    public Optional<Refusal> refusal(int status, String answer) {
        return ChatService.json(answer)
                .filter(json -> json.getValue("code") instanceof Number && json.getValue("message") instanceof String)
                .map(json -> {
                    int code = json.getInteger("code");
                    return new Refusal(json.getString("message"), code == UNKNOWN_WEBHOOK || code == INVALID_TOKEN);
                });
    }
}
