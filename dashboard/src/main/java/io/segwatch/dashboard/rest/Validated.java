package io.segwatch.dashboard.rest;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;

/** The parameters and the body of a request, as the API's document has accepted them. */
final class Validated {
    private Validated() {}

    /** The body's own copy, an empty object when there is none. */
    static JsonObject body(RoutingContext ctx) {
        RequestParameter body = request(ctx).getBody();
        return body.isNull() ? new JsonObject() : body.getJsonObject().copy();
    }

    static String path(RoutingContext ctx, String name) {
        return request(ctx).getPathParameters().get(name).getString();
    }

    static long pathNumber(RoutingContext ctx, String name) {
        return request(ctx).getPathParameters().get(name).getLong();
    }

    static String query(RoutingContext ctx, String name, String fallback) {
        RequestParameter value = request(ctx).getQuery().get(name);
        return value.isNull() ? fallback : value.getString();
    }

    static long number(RoutingContext ctx, String name, long fallback) {
        RequestParameter value = request(ctx).getQuery().get(name);
        return value.isNull() ? fallback : value.getLong();
    }

    static boolean flag(RoutingContext ctx, String name, boolean fallback) {
        RequestParameter value = request(ctx).getQuery().get(name);
        return value.isNull() ? fallback : value.getBoolean();
    }

    private static ValidatedRequest request(RoutingContext ctx) {
        return ctx.get(RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST);
    }
}
