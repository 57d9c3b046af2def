package io.segwatch.delivery;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.delivery.chat.ChatMessage;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import java.util.Optional;

/** Alerts as another program may write them, as every format's body. */
public final class ChatMessageFuzz {
    /** Of Teams, whose limit is the lowest. */
    private static final int MAX_BODY = 28 << 10;

    private ChatMessageFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Alert alert;
        try {
            alert = Topic.ALERTS.parse(data);
        } catch (MalformedRecordException e) {
            return;
        }
        for (Webhook.Format format : Webhook.Format.values()) {
            if (format == Webhook.Format.UNRECOGNIZED) {
                continue;
            }
            Webhook webhook = Webhook.newBuilder()
                    .setUrl("https://example.com/topic")
                    .setFormat(format)
                    .build();
            byte[] body = WebhookEvent.of(
                            alert, webhook, "", ChatMessage.About.of(alert, Optional.of("https://example.com/")))
                    .body();
            boolean chat = format != Webhook.Format.STRUCTURED && format != Webhook.Format.BINARY;
            if (chat && body.length > MAX_BODY) {
                throw new AssertionError(format + ": a body of " + body.length + " bytes");
            }
        }
    }
}
