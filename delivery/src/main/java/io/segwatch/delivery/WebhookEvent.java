package io.segwatch.delivery;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.MessageWriter;
import io.cloudevents.http.HttpMessageFactory;
import io.segwatch.contracts.EventIds;
import io.segwatch.contracts.Topic;
import io.segwatch.delivery.chat.ChatMessage;
import io.segwatch.delivery.chat.ChatService;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What is posted of an alert, a CloudEvent over HTTP or a chat service's message; the same for every attempt.
 *
 * @param id of the event, the same however often it is posted
 * @param headers by lower-case name
 */
record WebhookEvent(String id, Map<String, String> headers, byte[] body) {
    private static final io.cloudevents.jackson.JsonFormat structured = new io.cloudevents.jackson.JsonFormat();
    private static final JsonFormat.Printer json =
            JsonFormat.printer().omittingInsignificantWhitespace().alwaysPrintFieldsWithNoPresence();

    /**
     * Tells of an alert.
     *
     * @param replay why it is posted again; empty when it is not
     * @param about its names and where it is on the page
     */
    static WebhookEvent of(Alert alert, Webhook webhook, String replay, ChatMessage.About about) {
        return ChatService.of(webhook.getFormat())
                .map(chat -> of(EventIds.of(alert), chat.body(ChatMessage.of(alert, replay, about), webhook.getUrl())))
                .orElseGet(() -> of(event(alert, replay, about), webhook.getFormat()));
    }

    /** Says that it is a test: of another type than an alert, and in a chat in words. */
    static WebhookEvent test(Webhook webhook, Optional<String> page) {
        String id = "test-" + UUID.randomUUID();
        Instant now = Instant.now();
        ChatMessage message = ChatMessage.test(webhook, now, page);
        return ChatService.of(webhook.getFormat())
                .map(chat -> of(id, chat.body(message, webhook.getUrl())))
                .orElseGet(() -> of(
                        CloudEventBuilder.v1()
                                .withId(id)
                                .withSource(URI.create("/segwatch/delivery"))
                                .withType("io.segwatch.webhook-test.v1")
                                .withSubject(webhook.getId())
                                .withTime(now.atOffset(ZoneOffset.UTC))
                                .withData(
                                        "application/json",
                                        new JsonObject()
                                                .put("test", true)
                                                .put("text", message.text())
                                                .toBuffer()
                                                .getBytes())
                                .build(),
                        webhook.getFormat()));
    }

    private static WebhookEvent of(String id, JsonObject body) {
        return new WebhookEvent(
                id, Map.of("content-type", "application/json"), body.toBuffer().getBytes());
    }

    private static WebhookEvent of(CloudEvent event, Webhook.Format format) {
        Map<String, String> headers = new TreeMap<>();
        byte[][] body = {{}};
        MessageWriter<?, ?> writer =
                HttpMessageFactory.createWriter((name, value) -> headers.put(name.toLowerCase(), value), bytes -> {
                    body[0] = bytes;
                });
        if (format == Webhook.Format.BINARY) {
            writer.writeBinary(event);
        } else {
            writer.writeStructured(event, structured);
        }
        return new WebhookEvent(event.getId(), headers, body[0]);
    }

    private static CloudEvent event(Alert alert, String replay, ChatMessage.About about) {
        CloudEventBuilder event = CloudEventBuilder.v1()
                .withId(EventIds.of(alert))
                .withSource(URI.create("/segwatch/topology"))
                .withType("io." + Topic.ALERTS + ".v1")
                .withSubject(alert.getCamera() + "/" + alert.getRule())
                .withTime(Instant.ofEpochMilli(alert.getAtMs()).atOffset(ZoneOffset.UTC))
                .withData("application/json", data(alert, about));
        if (!replay.isEmpty()) {
            event.withExtension("replay", replay);
        }
        return event.build();
    }

    private static byte[] data(Alert alert, ChatMessage.About about) {
        try {
            JsonObject data = new JsonObject(json.print(alert))
                    .put("cameraName", about.camera())
                    .put("zoneName", about.zone())
                    .put("query", about.query());
            about.link(alert)
                    .ifPresent(link -> data.put("link", link)
                            .put("evidenceLink", about.evidence(alert).orElse(""))
                            .put("clipLink", about.clip(alert).orElse("")));
            return data.toBuffer().getBytes();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
