package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.live.Live;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** A camera's pictures: {@code /api/cameras/ID/snapshot.jpg} and {@code /api/cameras/ID/frames/EPOCH/SEQUENCE}. */
final class FrameRoutes {
    private static final int MAX_LOOKUPS = 4;
    private static final int MAX_EACH = 12;

    private final Snapshots snapshots;
    private final PastFrames pastFrames;
    private final Function<String, Optional<Camera>> cameras;
    private final BoundedWork lookups;

    FrameRoutes(
            Vertx vertx,
            Live live,
            PastFrames pastFrames,
            Function<String, Optional<Camera>> cameras,
            Function<String, Optional<CameraStatus>> statuses) {
        this.pastFrames = pastFrames;
        this.cameras = cameras;
        this.lookups = new BoundedWork(vertx, "frames", MAX_LOOKUPS, MAX_EACH);
        this.snapshots = new Snapshots(vertx, live, pastFrames, statuses, lookups);
    }

    void bind(Operations operations) {
        operations.on("get-snapshot", this::snapshot);
        operations.on("get-frame", this::pastFrame);
    }

    private void snapshot(RoutingContext ctx) {
        snapshots.send(ctx, camera(ctx).getId(), 1_000 * Validated.number(ctx, "maxAge", 0));
    }

    private Camera camera(RoutingContext ctx) {
        String camera = Validated.path(ctx, "id");
        return cameras.apply(camera).orElseThrow(() -> HttpProblem.notFound("camera", camera));
    }

    /** A frame of the last minutes, for example an alert's evidence. */
    private void pastFrame(RoutingContext ctx) {
        Camera camera = camera(ctx);
        FrameId id = FrameId.newBuilder()
                .setCamera(camera.getId())
                .setEpoch(Validated.pathNumber(ctx, "epoch"))
                .setSequence(Validated.pathNumber(ctx, "sequence"))
                .build();
        long atMs = Validated.number(ctx, "atMs", 0);
        lookups.run(ctx, () -> picture(camera, id, atMs))
                .onSuccess(jpeg -> {
                    if (jpeg.isEmpty()) {
                        ctx.fail(HttpProblem.of(404, "frame", "is no longer kept; frames stay for a few minutes"));
                        return;
                    }
                    ctx.response()
                            .putHeader("Content-Type", "image/jpeg")
                            // A frame never changes, but what of it is hidden may.
                            .putHeader("Cache-Control", "private, max-age=60")
                            .end(Buffer.buffer(jpeg.get()));
                })
                .onFailure(ctx::fail);
    }

    private Optional<byte[]> picture(Camera camera, FrameId id, long atMs) throws IOException {
        Optional<Frame> frame = pastFrames.frame(id, atMs);
        if (frame.isEmpty() || !HiddenParts.applyTo(camera)) {
            return frame.map(found -> found.getJpeg().toByteArray());
        }
        return Optional.of(
                EvidencePicture.hidden(frame.get(), pastFrames.observation(id, atMs), camera.getHiddenQueriesList()));
    }
}
