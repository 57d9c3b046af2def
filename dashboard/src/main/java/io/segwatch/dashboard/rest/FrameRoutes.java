package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.live.Live;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.FrameId;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** A camera's pictures: {@code /api/cameras/ID/snapshot.jpg} and {@code /api/cameras/ID/frames/EPOCH/SEQUENCE}. */
final class FrameRoutes {
    private static final int MAX_LOOKUPS = 4;
    private static final int MAX_EACH = 12;

    private final Snapshots snapshots;
    private final PastFrames pastFrames;
    private final Predicate<String> cameraExists;
    private final BoundedWork lookups;

    FrameRoutes(
            Vertx vertx,
            Live live,
            PastFrames pastFrames,
            Predicate<String> cameraExists,
            Function<String, Optional<CameraStatus>> statuses) {
        this.pastFrames = pastFrames;
        this.cameraExists = cameraExists;
        this.lookups = new BoundedWork(vertx, "frames", MAX_LOOKUPS, MAX_EACH);
        this.snapshots = new Snapshots(vertx, live, pastFrames, statuses, lookups);
    }

    void bind(Operations operations) {
        operations.on("get-snapshot", this::snapshot);
        operations.on("get-frame", this::pastFrame);
    }

    private void snapshot(RoutingContext ctx) {
        snapshots.send(ctx, camera(ctx), 1_000 * Validated.number(ctx, "maxAge", 0));
    }

    private String camera(RoutingContext ctx) {
        String camera = Validated.path(ctx, "id");
        if (!cameraExists.test(camera)) {
            throw HttpProblem.notFound("camera", camera);
        }
        return camera;
    }

    /** A frame of the last minutes, for example an alert's evidence. */
    private void pastFrame(RoutingContext ctx) {
        FrameId id = FrameId.newBuilder()
                .setCamera(camera(ctx))
                .setEpoch(Validated.pathNumber(ctx, "epoch"))
                .setSequence(Validated.pathNumber(ctx, "sequence"))
                .build();
        long atMs = Validated.number(ctx, "atMs", 0);
        lookups.run(ctx, () -> pastFrames.frame(id, atMs))
                .onSuccess(frame -> {
                    if (frame.isEmpty()) {
                        ctx.fail(HttpProblem.of(404, "frame", "is no longer kept; frames stay for a few minutes"));
                        return;
                    }
                    ctx.response()
                            .putHeader("Content-Type", "image/jpeg")
                            // A frame never changes.
                            .putHeader("Cache-Control", "private, max-age=3600")
                            .end(Buffer.buffer(frame.get().getJpeg().toByteArray()));
                })
                .onFailure(ctx::fail);
    }
}
