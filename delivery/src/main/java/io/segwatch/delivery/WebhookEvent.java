package io.segwatch.delivery;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.MessageWriter;
import io.cloudevents.http.HttpMessageFactory;
import io.segwatch.contracts.EventIds;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;

/**
 * An alert as a CloudEvent over HTTP; the same for every attempt.
 *
 * @param id of the event, the same however often it is posted
 * @param headers by lower-case name
 */
record WebhookEvent(String id, Map<String, String> headers, byte[] body) {
    private static final io.cloudevents.jackson.JsonFormat structured = new io.cloudevents.jackson.JsonFormat();
    private static final JsonFormat.Printer json =
            JsonFormat.printer().omittingInsignificantWhitespace().alwaysPrintFieldsWithNoPresence();

    /** @param replay why it is posted again; empty when it is not */
    static WebhookEvent of(Alert alert, Webhook.Format format, String replay) {
        CloudEvent event = event(alert, replay);
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

    private static CloudEvent event(Alert alert, String replay) {
        CloudEventBuilder event = CloudEventBuilder.v1()
                .withId(EventIds.of(alert))
                .withSource(URI.create("/segwatch/topology"))
                .withType("io." + Topic.ALERTS + ".v1")
                .withSubject(alert.getCamera() + "/" + alert.getRule())
                .withTime(Instant.ofEpochMilli(alert.getAtMs()).atOffset(ZoneOffset.UTC))
                .withData("application/json", data(alert));
        if (!replay.isEmpty()) {
            event.withExtension("replay", replay);
        }
        return event.build();
    }

    private static byte[] data(Alert alert) {
        try {
            return json.print(alert).getBytes(StandardCharsets.UTF_8);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
