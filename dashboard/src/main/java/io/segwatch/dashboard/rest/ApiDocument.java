package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.access.AccessRule;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.mediatype.ContentAnalyserFactory;
import io.vertx.openapi.mediatype.MediaTypePredicate;
import io.vertx.openapi.mediatype.MediaTypeRegistry;
import io.vertx.openapi.mediatype.impl.DefaultMediaTypeRegistration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** The OpenAPI document, {@code openapi.json}: what the API has, and what it accepts. */
final class ApiDocument {
    private ApiDocument() {}

    /** As it is served. */
    static JsonObject json() {
        try (InputStream in = ApiDocument.class.getResourceAsStream("/openapi.json")) {
            return new JsonObject(Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By kind, who may be sent what on a connection that stays open. */
    static Map<String, AccessRule> sentBy(String operation) {
        JsonObject paths = json().getJsonObject("paths");
        Map<String, AccessRule> rules = new TreeMap<>();
        for (String path : paths.fieldNames()) {
            JsonObject get = paths.getJsonObject(path).getJsonObject("get", new JsonObject());
            if (operation.equals(get.getString("operationId"))) {
                JsonObject sent = get.getJsonObject("x-sends");
                sent.fieldNames()
                        .forEach(kind ->
                                rules.put(kind, AccessRule.of(operation + ", " + kind, sent.getJsonObject(kind))));
            }
        }
        return rules;
    }

    /**
     * The document, ready to route by; fails when it is no valid OpenAPI document. Checking it takes seconds where the
     * machine is busy, and so is not for an event loop.
     */
    static Future<OpenAPIContract> contract(Vertx vertx, JsonObject document) {
        Promise<OpenAPIContract> checked = Promise.promise();
        Deployable check = context -> {
            read(vertx, document).onComplete(checked);
            return checked.future();
        };
        return vertx.deployVerticle(check, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                .compose(vertx::undeploy)
                .compose(done -> checked.future());
    }

    private static Future<OpenAPIContract> read(Vertx vertx, JsonObject document) {
        // Answers are not validated, but the library must know their types.
        MediaTypeRegistry types = MediaTypeRegistry.createDefault()
                .register(new DefaultMediaTypeRegistration(
                        MediaTypePredicate.ofExactTypes(
                                "application/problem+json",
                                "application/x-ndjson",
                                "image/jpeg",
                                "video/mp4",
                                "text/csv"),
                        ContentAnalyserFactory.noop()));
        return OpenAPIContract.builder(vertx)
                .setContract(document)
                .mediaTypeRegistry(types)
                .build();
    }
}
