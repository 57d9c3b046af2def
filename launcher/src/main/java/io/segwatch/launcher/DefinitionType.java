package io.segwatch.launcher;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.segwatch.contracts.Expression;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What people define, in an order in which each names only what comes before it. */
enum DefinitionType {
    CAMERAS("camera", Topic.CAMERAS, Camera.getDefaultInstance()),
    QUERIES("query", Topic.QUERIES, Query.getDefaultInstance()),
    RULES("rule", Topic.RULES, Rule.getDefaultInstance()),
    WEBHOOKS("webhook", Topic.WEBHOOKS, Webhook.getDefaultInstance());

    private final String singular;
    private final Topic<?> topic;
    private final Message empty;

    /** One id that a definition names, and where. */
    record Reference(String field, DefinitionType type, String id) {}

    <T extends Message> DefinitionType(String singular, Topic<T> topic, T empty) {
        this.singular = singular;
        this.topic = topic;
        this.empty = empty;
    }

    String singular() {
        return singular;
    }

    /** As in the API's paths and answers, and in a document. */
    String plural() {
        return name().toLowerCase(Locale.ROOT);
    }

    String path() {
        return "/api/" + plural();
    }

    String path(String id) {
        return path() + "/" + id;
    }

    Message empty() {
        return empty;
    }

    @SuppressWarnings("unchecked")
    List<Problem> problems(Message definition) {
        return ((Topic<Message>) topic).problems(idOf(definition), definition);
    }

    /** Field 1 of every definition is its id. */
    static String idOf(Message definition) {
        FieldDescriptor id = definition.getDescriptorForType().findFieldByNumber(1);
        return (String) definition.getField(id);
    }

    /** The definition without what the service itself keeps of it. */
    static Message written(Message definition) {
        if (definition instanceof Camera camera) {
            Camera.Builder bare = camera.toBuilder();
            bare.getZonesBuilderList().forEach(Zone.Builder::clearVersion);
            return bare.build();
        }
        return definition instanceof Webhook webhook
                ? webhook.toBuilder().clearCreatedAtMs().build()
                : definition;
    }

    static List<Reference> references(Message definition) {
        if (definition instanceof Query query) {
            return ids("cameras", CAMERAS, query.getCamerasList());
        }
        if (definition instanceof Rule rule) {
            List<Reference> named = new ArrayList<>(ids("cameras", CAMERAS, rule.getCamerasList()));
            String field = rule.getExpression().isEmpty() ? "query" : "expression";
            Expression.queriesOf(rule).forEach(id -> named.add(new Reference(field, QUERIES, id)));
            return named;
        }
        if (definition instanceof Webhook webhook) {
            List<Reference> named = new ArrayList<>(ids("cameras", CAMERAS, webhook.getCamerasList()));
            named.addAll(ids("rules", RULES, webhook.getRulesList()));
            // An alert of a query's drift has no rule of its own.
            named.removeIf(reference -> reference.id().startsWith("drift:"));
            return named;
        }
        return List.of();
    }

    private static List<Reference> ids(String field, DefinitionType type, List<String> ids) {
        return IntStream.range(0, ids.size())
                .mapToObj(i -> new Reference(field + "[" + i + "]", type, ids.get(i)))
                .toList();
    }
}
