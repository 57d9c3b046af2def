package io.segwatch.delivery;

import io.segwatch.delivery.chat.ChatService;
import io.segwatch.v1.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What a receiver answers: {@code Retry-After}, and a chat service's refusal. */
public final class AnswerFuzz {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private AnswerFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        long wait = RetryAfter.parse(text, NOW);
        if (wait < 0 || wait > RetryAfter.MOST_MS) {
            throw new AssertionError("a wait of " + wait + " ms");
        }
        for (Webhook.Format format : Webhook.Format.values()) {
            ChatService.of(format).ifPresent(chat -> chat.refusal(400, text));
        }
    }
}
