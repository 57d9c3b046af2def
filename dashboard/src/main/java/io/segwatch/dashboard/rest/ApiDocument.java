package io.segwatch.dashboard.rest;

import io.vertx.core.Future;
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

    /** The document, ready to route by; fails when it is no valid OpenAPI document. */
    static Future<OpenAPIContract> contract(Vertx vertx, JsonObject document) {
        // Answers are not validated, but the library must know their types.
        MediaTypeRegistry types = MediaTypeRegistry.createDefault()
                .register(new DefaultMediaTypeRegistration(
                        MediaTypePredicate.ofExactTypes("application/problem+json", "image/jpeg"),
                        ContentAnalyserFactory.noop()));
        return OpenAPIContract.builder(vertx)
                .setContract(document)
                .mediaTypeRegistry(types)
                .build();
    }
}
