package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.live.Live;
import io.segwatch.dashboard.live.LivePicture;
import io.segwatch.v1.FrameId;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Predicate;

/** A camera's pictures: {@code /api/cameras/ID/snapshot.jpg} and {@code /api/cameras/ID/frames/EPOCH/SEQUENCE}. */
final class FrameRoutes {
    private static final long SNAPSHOT_WITHIN_MS = 3_000;
    private static final long SNAPSHOT_POLL_MS = 50;
    private static final int MAX_LOOKUPS = 4;
    private static final int MAX_EACH = 12;

    private final Vertx vertx;
    private final Live live;
    private final PastFrames pastFrames;
    private final Predicate<String> cameraExists;
    private final BoundedWork lookups;

    FrameRoutes(Vertx vertx, Live live, PastFrames pastFrames, Predicate<String> cameraExists) {
        this.vertx = vertx;
        this.live = live;
        this.pastFrames = pastFrames;
        this.cameraExists = cameraExists;
        this.lookups = new BoundedWork(vertx, "frames", MAX_LOOKUPS, MAX_EACH);
    }

    void bind(Operations operations) {
        operations.on("get-snapshot", this::snapshot);
        operations.on("get-frame", this::pastFrame);
    }

    private void snapshot(RoutingContext ctx) {
        String camera = camera(ctx);
        live.requestFrames(camera);
        sendSnapshot(ctx, camera, System.currentTimeMillis() + SNAPSHOT_WITHIN_MS);
    }

    private String camera(RoutingContext ctx) {
        String camera = Validated.path(ctx, "id");
        if (!cameraExists.test(camera)) {
            throw HttpProblem.notFound("camera", camera);
        }
        return camera;
    }

    /** Frames start to flow when they are asked for, so the first may take a moment. */
    private void sendSnapshot(RoutingContext ctx, String camera, long untilMs) {
        Optional<LivePicture> picture = live.newest(camera);
        if (picture.isPresent()) {
            ctx.response()
                    .putHeader("Content-Type", "image/jpeg")
                    .putHeader("Cache-Control", "no-store")
                    .putHeader("X-Captured-At-Ms", Long.toString(picture.get().capturedAtMs()))
                    .end(Buffer.buffer(picture.get().jpeg()));
        } else if (System.currentTimeMillis() > untilMs) {
            ctx.fail(HttpProblem.of(
                    404, "snapshot", "the camera has sent no frame in the last seconds; see /api/status"));
        } else {
            vertx.setTimer(SNAPSHOT_POLL_MS, timer -> sendSnapshot(ctx, camera, untilMs));
        }
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
