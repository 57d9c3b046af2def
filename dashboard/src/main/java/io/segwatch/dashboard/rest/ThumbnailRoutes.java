package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.evidence.PastFrames;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Thumbnail;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** {@code /api/cameras/ID/thumbnails/EPOCH/SEQUENCE?atMs=MS}: the small picture of a frame that search looks in. */
final class ThumbnailRoutes {
    static final String GONE =
            "is not kept: only some frames are, and for the days that segwatch.retention.features.time and"
                    + " segwatch.retention.thumbnails.time say";

    private static final int MAX_LOOKUPS = 4;
    private static final int MAX_EACH = 64;

    private final PastFrames pastFrames;
    private final Function<String, Optional<Camera>> cameras;
    private final BoundedWork lookups;

    ThumbnailRoutes(Vertx vertx, PastFrames pastFrames, Function<String, Optional<Camera>> cameras) {
        this.pastFrames = pastFrames;
        this.cameras = cameras;
        this.lookups = new BoundedWork(vertx, "thumbnails", MAX_LOOKUPS, MAX_EACH);
    }

    void bind(Operations operations) {
        operations.on("get-thumbnail", this::thumbnail);
    }

    private void thumbnail(RoutingContext ctx) {
        String id = Validated.path(ctx, "id");
        Camera camera = cameras.apply(id).orElseThrow(() -> HttpProblem.notFound("camera", id));
        FrameId frame = FrameId.newBuilder()
                .setCamera(id)
                .setEpoch(Validated.pathNumber(ctx, "epoch"))
                .setSequence(Validated.pathNumber(ctx, "sequence"))
                .build();
        long atMs = Validated.number(ctx, "atMs", 0);
        lookups.run(ctx, () -> picture(camera, frame, atMs))
                .onSuccess(jpeg -> {
                    if (jpeg.isEmpty()) {
                        ctx.fail(HttpProblem.of(404, "frame", GONE));
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

    private Optional<byte[]> picture(Camera camera, FrameId frame, long atMs) throws IOException {
        Optional<Thumbnail> found = pastFrames.thumbnail(frame, atMs);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Frame picture = Frame.newBuilder()
                .setId(frame)
                .setCapturedAtMs(found.get().getCapturedAtMs())
                .setJpeg(found.get().getJpeg())
                .build();
        return Optional.of(pastFrames.shown(picture, camera));
    }
}
