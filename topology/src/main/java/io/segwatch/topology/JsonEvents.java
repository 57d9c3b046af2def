package io.segwatch.topology;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonCloudEventData;
import io.cloudevents.jackson.JsonFormat;
import io.segwatch.contracts.EventIds;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Facts as CloudEvents 1.0 in JSON, structured mode, the same bytes however often a fact is made. Unlike Protobuf's own
 * JSON, whole numbers are numbers, for no column of a database is made of text: all of them are under 2^53.
 */
final class JsonEvents {
    private static final JsonFormat format = new JsonFormat();
    private static final URI SOURCE = URI.create("/segwatch/" + TopologyRole.NAME);

    private JsonEvents() {}

    static byte[] of(Alert alert) {
        String subject = alert.getCamera() + "/" + alert.getRule();
        return of(Topic.ALERT_EVENTS, EventIds.of(alert), subject, alert.getAtMs(), alert);
    }

    /** @param area of a closed window */
    static byte[] of(Area area) {
        String subject = area.getCamera() + "/" + area.getZone() + "/" + area.getQuery();
        long endMs = area.getWindowStartMs() + area.getWindowMs();
        return of(Topic.AREA_EVENTS, EventIds.of(area), subject, endMs, area);
    }

    private static byte[] of(Topic<?> topic, String id, String subject, long atMs, Message fact) {
        String kind = topic.topicName().replaceFirst("^segwatch\\.", "");
        CloudEvent event = CloudEventBuilder.v1()
                .withId(id)
                .withSource(SOURCE)
                .withType("io." + topic + ".v1")
                .withSubject(subject)
                .withTime(Instant.ofEpochMilli(atMs).atOffset(ZoneOffset.UTC))
                // The $id of docs/schemas: a name, for nobody is asked for it.
                .withData(
                        "application/json",
                        URI.create("urn:segwatch:schema:" + kind + ":v1"),
                        JsonCloudEventData.wrap(json(fact)))
                .build();
        return format.serialize(event);
    }

    /** With every field, but messages that are not set: readers need not know what a missing one means. */
    private static ObjectNode json(Message message) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.isRepeated()) {
                ArrayNode values = json.putArray(field.getJsonName());
                ((List<?>) message.getField(field)).forEach(value -> values.add(json(field, value)));
            } else if (field.getJavaType() != JavaType.MESSAGE || message.hasField(field)) {
                json.set(field.getJsonName(), json(field, message.getField(field)));
            }
        }
        return json;
    }

    private static JsonNode json(FieldDescriptor field, Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (field.getJavaType()) {
            case MESSAGE -> json((Message) value);
            case ENUM -> nodes.textNode(((EnumValueDescriptor) value).getName());
            case BOOLEAN -> nodes.booleanNode((Boolean) value);
            case INT, LONG -> nodes.numberNode(((Number) value).longValue());
            case FLOAT, DOUBLE -> real(((Number) value).doubleValue());
            case STRING -> nodes.textNode((String) value);
            case BYTE_STRING -> throw new IllegalArgumentException(field + " has bytes, and events have none");
        };
    }

    /** JSON has no infinite numbers, and none that are not numbers. */
    private static JsonNode real(double value) {
        return Double.isFinite(value)
                ? JsonNodeFactory.instance.numberNode(value)
                : JsonNodeFactory.instance.nullNode();
    }
}
