package io.segwatch.delivery.chat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * Microsoft Teams: a webhook of Workflows (Power Automate) that posts an Adaptive Card to a channel or chat. Texts are
 * runs of rich text, in which Teams knows neither Markdown nor mentions. The lengths keep the whole under Teams' 28 KB.
 */
final class TeamsBody implements ChatService {
    private static final int MAX_TITLE = 300;
    private static final int MAX_TEXT = 3_000;
    private static final int MAX_FACT = 300;

    @Override
    public JsonObject body(ChatMessage message, String url) {
        String title = ShownText.plain(message.title(), MAX_TITLE);
        JsonArray lines = new JsonArray()
                .add(new JsonObject()
                        .put("type", "Container")
                        .put("style", message.tone().style)
                        .put("bleed", true)
                        .put("items", new JsonArray().add(line(run(title, true)))));
        if (!message.text().isEmpty()) {
            lines.add(line(run(ShownText.plain(message.text(), MAX_TEXT), false)));
        }
        message.facts().forEach((name, value) -> lines.add(fact(name, value)));
        lines.add(fact("Time", message.atText()));
        JsonObject card = new JsonObject()
                .put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
                .put("type", "AdaptiveCard")
                .put("version", "1.4")
                .put("fallbackText", title)
                .put("body", lines);
        JsonArray actions = new JsonArray();
        message.link().ifPresent(link -> actions.add(action("Open in Segwatch", link)));
        message.video().ifPresent(video -> actions.add(action("Video", video)));
        if (!actions.isEmpty()) {
            card.put("actions", actions);
        }
        return new JsonObject()
                .put("type", "message")
                .put(
                        "attachments",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("contentType", "application/vnd.microsoft.card.adaptive")
                                        .putNull("contentUrl")
                                        .put("content", card)));
    }

    private static JsonObject fact(String name, String value) {
        return line(run(name + ": ", true), run(ShownText.plain(value, MAX_FACT), false));
    }

    private static JsonObject line(JsonObject... runs) {
        JsonArray inlines = new JsonArray();
        for (JsonObject run : runs) {
            inlines.add(run);
        }
        return new JsonObject().put("type", "RichTextBlock").put("inlines", inlines);
    }

    private static JsonObject run(String text, boolean bold) {
        JsonObject run = new JsonObject().put("type", "TextRun").put("text", text);
        return bold ? run.put("weight", "bolder") : run;
    }

    /** Of Power Automate, as {@code {"error": {"code": "WorkflowNotFound", …}}}. */
    private static JsonObject action(String title, String address) {
        return new JsonObject()
                .put("type", "Action.OpenUrl")
                .put("title", title)
                .put("url", address);
    }

    @Override
    public Optional<Refusal> refusal(int status, String answer) {
        return ChatService.json(answer)
                .filter(json -> json.getValue("error") instanceof JsonObject)
                .map(json -> json.getJsonObject("error").getValue("code"))
                .filter(String.class::isInstance)
                .map(code -> new Refusal((String) code, code.equals("WorkflowNotFound")));
    }
}
