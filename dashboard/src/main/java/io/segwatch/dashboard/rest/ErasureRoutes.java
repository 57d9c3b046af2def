package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.dashboard.audit.AuditLog;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Erasure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /api/erasures}: removes a camera with everything that was kept of it, or what was kept of one that was removed
 * before. From the answer on nobody shows any of it; {@link ErasureRun} deletes what Kafka can delete.
 */
final class ErasureRoutes {
    private final Vertx vertx;
    private final DefinitionStores stores;
    private final Credentials credentials;

    ErasureRoutes(Vertx vertx, DefinitionStores stores, Credentials credentials) {
        this.vertx = vertx;
        this.stores = stores;
        this.credentials = credentials;
    }

    void bind(Operations operations) {
        operations.on("list-erasures", this::list);
        operations.on("get-erasure", this::get);
        operations.on("erase-camera", this::erase);
    }

    private void list(RoutingContext ctx) {
        Json.send(ctx, 200, Json.list("erasures", stores.erasures().all()));
    }

    private void get(RoutingContext ctx) {
        String camera = Validated.path(ctx, "id");
        Json.send(
                ctx,
                200,
                Json.object(stores.erasures().get(camera).orElseThrow(() -> HttpProblem.notFound("erasure", camera))));
    }

    private void erase(RoutingContext ctx) {
        String camera = Validated.body(ctx).getString("camera", "");
        if (!Definitions.isId(camera)) {
            throw HttpProblem.badInput("camera", "must be the id of a camera, one that was removed before among them");
        }
        AuditLog.about(ctx, camera);
        long now = System.currentTimeMillis();
        Erasure erasure = Erasure.newBuilder()
                .setCamera(camera)
                .setRequestedAtMs(now)
                .setBeforeMs(now + ErasureRun.UNDER_WAY.toMillis())
                .build();
        DefinitionStore<Camera> cameras = stores.cameras();
        cameras.inTurn(
                        camera,
                        () -> stores.erasures()
                                .put(camera, erasure)
                                .compose(hidden ->
                                        defined(cameras, camera) ? cameras.delete(camera) : Future.succeededFuture())
                                .compose(gone -> forgetLogin(camera)))
                .onSuccess(gone -> {
                    ctx.response().putHeader("Location", Visitor.of(ctx).prefix() + "/api/erasures/" + camera);
                    Json.send(ctx, 202, Json.object(erasure));
                })
                .onFailure(ctx::fail);
    }

    private static boolean defined(DefinitionStore<Camera> cameras, String camera) {
        return cameras.has(camera) || cameras.refused(camera).isPresent();
    }

    private Future<Void> forgetLogin(String camera) {
        return vertx.executeBlocking(
                () -> {
                    credentials.remove(camera);
                    return null;
                },
                false);
    }
}
