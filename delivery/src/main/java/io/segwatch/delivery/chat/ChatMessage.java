package io.segwatch.delivery.chat;

import io.segwatch.contracts.RuleText;
import io.segwatch.contracts.VisibleText;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a chat is told, not yet escaped or cut.
 *
 * @param text a sentence with the reason
 * @param facts names and values, in their order
 * @param link to the alert on the page, where the page's address is known
 * @param video the address of its video that needs no log-in, where there is one
 */
public record ChatMessage(
        Tone tone,
        String title,
        String text,
        Map<String, String> facts,
        Instant at,
        Optional<String> link,
        Optional<String> video) {
    /** How urgent it is, in the terms of the services. */
    enum Tone {
        OPENED(0xd92d20, "attention", 4, "rotating_light"),
        STILL_OPEN(0xf79009, "warning", 3, "warning"),
        CLOSED(0x12a150, "good", 2, "white_check_mark"),
        SUPPRESSED(0x667085, "emphasis", 3, "card_index_dividers"),
        TEST(0x2e6fdb, "accent", 3, "test_tube");

        /** RGB. */
        final int color;
        /** Of an Adaptive Card's container. */
        final String style;
        /** Of ntfy, 1 to 5. */
        final int priority;
        /** Of ntfy: the short code of an emoji. */
        final String tag;

        Tone(int color, String style, int priority, String tag) {
            this.color = color;
            this.style = style;
            this.priority = priority;
            this.tag = tag;
        }
    }

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    /**
     * What an alert is about, as people call it.
     *
     * @param zone empty for the whole picture
     * @param query what its rule looks for; empty when that is not known
     * @param page address of the page, with a slash at its end
     * @param signed parameters that make an address of its pictures and its video good without log-in
     */
    public record About(String camera, String zone, String query, Optional<String> page, Optional<String> signed) {
        /** Without names. */
        public static About of(Alert alert, Optional<String> page) {
            return new About(alert.getCamera(), alert.getZone(), "", page, Optional.empty());
        }

        /** The alert on the page. */
        public Optional<String> link(Alert alert) {
            return page.map(address -> address + "alerts/" + encoded(alert.getId()));
        }

        /** Its picture. */
        public Optional<String> evidence(Alert alert) {
            return address(alert, "/evidence.jpg");
        }

        /** Its video. */
        public Optional<String> clip(Alert alert) {
            return alert.getState() == Alert.State.DIGEST ? Optional.empty() : address(alert, "/clip");
        }

        private Optional<String> address(Alert alert, String what) {
            String parameters = signed.map(text -> "?" + text).orElse("");
            return page.map(address -> address + "api/alerts/" + encoded(alert.getId()) + what + parameters);
        }
    }

    /**
     * Tells of an alert.
     *
     * @param replay why it is posted again; empty when it is not
     */
    public static ChatMessage of(Alert alert, String replay, About about) {
        Tone tone = tone(alert);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Camera", about.camera());
        facts.put("Zone", about.zone());
        facts.put("Query", about.query());
        if (tone == Tone.STILL_OPEN || tone == Tone.CLOSED) {
            facts.put("Open for", RuleText.duration(alert.getDurationMs()));
        }
        if (!replay.isEmpty()) {
            facts.put("Replay", "posted again on request");
        }
        // A service refuses what is empty.
        facts.values().removeIf(value -> VisibleText.shown(value).isEmpty());
        String rule = alert.getRuleName().isEmpty() ? alert.getRule() : alert.getRuleName();
        return new ChatMessage(
                tone,
                begin(tone, alert) + ": " + rule + " on " + about.camera(),
                alert.getReason(),
                facts,
                Instant.ofEpochMilli(alert.getAtMs()),
                about.link(alert),
                about.signed().flatMap(signed -> about.clip(alert)));
    }

    /** Says that it is a test and no alert. */
    public static ChatMessage test(Webhook webhook, Instant now, Optional<String> page) {
        String name = webhook.getName().isEmpty() ? webhook.getId() : webhook.getName();
        return new ChatMessage(
                Tone.TEST,
                "Test from Segwatch",
                "This is a test of the webhook " + name + ". No alert has opened.",
                Map.of(),
                now,
                page,
                Optional.empty());
    }

    private static Tone tone(Alert alert) {
        return switch (alert.getState()) {
            case OPEN -> Tone.OPENED;
            case CLOSE -> Tone.CLOSED;
            case DIGEST -> Tone.SUPPRESSED;
            default -> Tone.STILL_OPEN;
        };
    }

    private static String begin(Tone tone, Alert alert) {
        return switch (tone) {
            case OPENED -> "Alert opened";
            case CLOSED -> "Alert closed";
            case SUPPRESSED -> alert.getHeldBack() + " alerts suppressed";
            default -> "Alert still open";
        };
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    String atText() {
        return TIME.format(at);
    }
}
