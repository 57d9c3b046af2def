package io.segwatch.dashboard.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.BacktestRequest;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import io.segwatch.v1.Zone;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ApiDocumentTest {
    private static final Vertx vertx = Vertx.vertx();
    /** What is not stored with a definition. */
    private static final Map<String, Set<String>> BESIDES = Map.of(
            "Camera", Set.of("etag", "warnings", "username", "password"),
            "Query", Set.of("etag", "warnings"),
            "Rule", Set.of("etag", "warnings", "sentence"),
            "Webhook", Set.of("etag", "warnings", "secret"));

    @AfterAll
    static void close() {
        vertx.close();
    }

    private static Stream<String> operations() {
        return ids(ApiDocument.json()).stream();
    }

    private static Set<String> ids(JsonObject document) {
        Set<String> ids = new TreeSet<>();
        JsonObject paths = document.getJsonObject("paths");
        paths.forEach(path -> ((JsonObject) path.getValue()).forEach(operation -> {
            if (operation.getValue() instanceof JsonObject described) {
                ids.add(described.getString("operationId"));
            }
        }));
        return ids;
    }

    /** Handlers for all that the real document describes. */
    private static Operations served() {
        Operations operations = new Operations();
        operations().forEach(id -> operations.on(id, ctx -> ctx.response().end(id)));
        return operations;
    }

    @Test
    void everyRouteIsOneOfTheDocument() throws Exception {
        Router router = served().router(vertx, contract(ApiDocument.json()), camera -> true, (ctx, operation) -> {});
        Set<String> routed = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.methods() != null) {
                Operation operation = route.getMetadata(RouterBuilder.KEY_META_DATA_OPERATION);
                routed.add(operation.getOperationId());
            }
        }
        assertThat(routed).isEqualTo(ids(ApiDocument.json()));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationThatIsServedAndNotDescribedIsNoticed(String id) throws Exception {
        JsonObject document = ApiDocument.json();
        document.getJsonObject("paths")
                .forEach(path -> ((JsonObject) path.getValue())
                        .getMap()
                        .values()
                        .removeIf(operation ->
                                operation instanceof Map<?, ?> described && id.equals(described.get("operationId"))
                                        || operation instanceof JsonObject object
                                                && id.equals(object.getString("operationId"))));
        assertThat(ids(document)).doesNotContain(id);
        OpenAPIContract contract = contract(document);

        assertThatThrownBy(() -> served().router(vertx, contract, camera -> true, (ctx, operation) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("served only [" + id + "]");
    }

    @Test
    void anOperationThatIsDescribedAndNotServedIsNoticed() throws Exception {
        JsonObject document = ApiDocument.json();
        JsonObject added = document.getJsonObject("paths")
                .getJsonObject("/api/status")
                .getJsonObject("get")
                .copy()
                .put("operationId", "get-more");
        document.getJsonObject("paths").put("/api/more", new JsonObject().put("get", added));
        OpenAPIContract contract = contract(document);

        assertThatThrownBy(() -> served().router(vertx, contract, camera -> true, (ctx, operation) -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("described only [get-more]");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationThatDoesNotSayWhoMayUseItIsNotServed(String id) throws Exception {
        for (String missing : List.of("x-role", "x-camera")) {
            JsonObject document = ApiDocument.json();
            document.getJsonObject("paths")
                    .forEach(path -> document.getJsonObject("paths")
                            .getJsonObject(path.getKey())
                            .forEach(operation -> {
                                if (operation.getValue() instanceof JsonObject described
                                        && id.equals(described.getString("operationId"))) {
                                    described.remove(missing);
                                }
                            }));
            OpenAPIContract contract = contract(document);

            assertThatThrownBy(() -> served().router(vertx, contract, camera -> true, (ctx, operation) -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("who may use " + id);
        }
    }

    private static Stream<Descriptor> bodies() {
        return Stream.of(
                Camera.getDescriptor(),
                Camera.Stream.getDescriptor(),
                Zone.getDescriptor(),
                Query.getDescriptor(),
                Rule.getDescriptor(),
                Webhook.getDescriptor(),
                WebhookReplay.getDescriptor(),
                Prompt.getDescriptor(),
                BacktestRequest.getDescriptor(),
                AcceptedBaseline.getDescriptor());
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBodyHasTheFieldsAndTypesOfItsMessage(Descriptor message) {
        JsonObject schema = ApiDocument.json()
                .getJsonObject("components")
                .getJsonObject("schemas")
                .getJsonObject(message.getName());
        JsonObject properties = schema.getJsonObject("properties");
        assertThat(schema.getBoolean("additionalProperties")).isFalse();
        Set<String> names = new TreeSet<>(BESIDES.getOrDefault(message.getName(), Set.of()));
        for (FieldDescriptor field : message.getFields()) {
            names.add(field.getJsonName());
            JsonObject property = properties.getJsonObject(field.getJsonName());
            assertThat(property).as(field.getFullName()).isNotNull();
            JsonObject one = field.isRepeated() && !field.isMapField() ? property.getJsonObject("items") : property;
            assertThat(one.getString("$ref", one.getString("type")))
                    .as(field.getFullName())
                    .isIn(types(field));
        }
        assertThat(properties.fieldNames()).isEqualTo(names);
    }

    private static Set<String> types(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case LONG -> Set.of("#/components/schemas/Int64");
            case INT -> Set.of("integer");
            case DOUBLE, FLOAT -> Set.of("number");
            case BOOLEAN -> Set.of("boolean");
            case STRING, ENUM, BYTE_STRING -> Set.of("string");
            case MESSAGE ->
                Set.of(
                        "object",
                        "#/components/schemas/" + field.getMessageType().getName());
        };
    }

    private static OpenAPIContract contract(JsonObject document) throws Exception {
        return ApiDocument.contract(vertx, document)
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }
}
