package io.segwatch.delivery.push;

import io.segwatch.v1.Alert;
import io.segwatch.v1.PushSubscription;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;

/**
 * What one browser is told.
 *
 * @param subscription id
 * @param camera that it is about, which the recipient must be allowed to see; empty for none
 * @param topic by which a push service replaces one that was not fetched yet, at most 32 characters
 * @param text JSON: title, body, url below the page's address, tag
 */
record PushMessage(String subscription, String camera, String topic, byte[] text, long untilMs) {
    /** How long a push service keeps it for a device that is off. */
    static final Duration LIFETIME = Duration.ofHours(1);

    private static final int MAX_TITLE = 100;
    private static final int MAX_BODY = 300;
    private static final int MAX_ID = 200;
    private static final int TOPIC_LENGTH = 32;

    static PushMessage of(Alert alert, PushSubscription subscription, PushedAlerts known) {
        String id = alert.getId().length() > MAX_ID ? "" : alert.getId();
        String segment = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        JsonObject text = new JsonObject()
                .put("title", cut(known.ruleName(alert), MAX_TITLE))
                .put("body", cut(known.cameraName(alert) + ": " + alert.getReason(), MAX_BODY))
                .put("url", "alerts/" + segment)
                .put("tag", "alert-" + id);
        return message(subscription, alert.getCamera(), alert.getId(), text);
    }

    static PushMessage test(PushSubscription subscription) {
        JsonObject text = new JsonObject()
                .put("title", "Segwatch")
                .put("body", "A test: this device is told of alerts.")
                .put("url", "alerts")
                .put("tag", "test");
        return message(subscription, "", "test", text);
    }

    private static PushMessage message(PushSubscription subscription, String camera, String topic, JsonObject text) {
        long until = System.currentTimeMillis() + LIFETIME.toMillis();
        return new PushMessage(
                subscription.getId(), camera, topic(topic), text.toBuffer().getBytes(), until);
    }

    private static String topic(String of) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(of.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, TOPIC_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java knows no SHA-256", e);
        }
    }

    private static String cut(String text, int most) {
        int end = text.offsetByCodePoints(0, Math.min(most, text.codePointCount(0, text.length())));
        return end == text.length() ? text : text.substring(0, end) + "…";
    }
}
