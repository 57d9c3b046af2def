package io.segwatch.delivery.chat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Slack's incoming webhooks; Mattermost and Rocket.Chat take the same and show title and reason. */
final class SlackBody implements ChatService {
    private static final int MAX_TITLE = 300;
    /** Of a section's text. */
    private static final int MAX_TEXT = 3_000;

    private static final int MAX_FIELD = 2_000;
    private static final Pattern WORD = Pattern.compile("[a-z_]{1,60}");
    /** The webhook, its channel or its workspace is gone. */
    private static final Pattern GONE = Pattern.compile(
            "no_service|no_service_id|no_active_hooks|no_team|team_disabled|invalid_token|channel_is_archived|channel_not_found");

    @Override
    public JsonObject body(ChatMessage message, String url) {
        JsonArray blocks = new JsonArray();
        if (!message.facts().isEmpty()) {
            JsonArray fields = new JsonArray();
            message.facts().forEach((name, value) -> fields.add(plain(name + ": " + value)));
            blocks.add(new JsonObject().put("type", "section").put("fields", fields));
        }
        blocks.add(new JsonObject()
                .put("type", "context")
                .put("elements", new JsonArray().add(Map.of("type", "mrkdwn", "text", when(message)))));
        String title = ShownText.slack(message.title(), MAX_TITLE);
        String text = title + "\n" + ShownText.slack(message.text(), MAX_TEXT);
        return new JsonObject()
                .put("text", text.strip())
                // Or * and _ in names would be formatting.
                .put("mrkdwn", false)
                .put("unfurl_links", false)
                .put("unfurl_media", false)
                .put(
                        "attachments",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("color", String.format(Locale.ROOT, "#%06x", message.tone().color))
                                        .put("fallback", title)
                                        .put("blocks", blocks)));
    }

    private static JsonObject plain(String text) {
        return new JsonObject()
                .put("type", "plain_text")
                .put("text", ShownText.slack(text, MAX_FIELD))
                .put("emoji", false);
    }

    /** In the reader's own time zone; Slack shows what is behind the bar where it cannot. */
    private static String when(ChatMessage message) {
        String time = "<!date^" + message.at().getEpochSecond() + "^{date_short_pretty} {time_secs}|" + message.atText()
                + ">";
        return time
                + message.link().map(link -> link(link, "Open in Segwatch")).orElse("")
                + message.video().map(video -> link(video, "Video")).orElse("");
    }

    private static String link(String address, String words) {
        return " · <" + address.replace("&", "&amp;") + "|" + words + ">";
    }

    @Override
    public Optional<Refusal> refusal(int status, String answer) {
        String word = answer.strip();
        return WORD.matcher(word).matches()
                ? Optional.of(new Refusal(word, GONE.matcher(word).matches()))
                : Optional.empty();
    }
}
