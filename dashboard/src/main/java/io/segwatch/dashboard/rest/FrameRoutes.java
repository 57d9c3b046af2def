package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.evidence.PastFrames;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.live.Live;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A camera's pictures: {@code /api/cameras/ID/snapshot.jpg}, {@code /api/cameras/ID/full.jpg},
 * {@code /api/cameras/ID/frames?atMs=MS} and {@code /api/cameras/ID/frames/EPOCH/SEQUENCE}.
 */
final class FrameRoutes {
    private static final int MAX_LOOKUPS = 4;
    private static final int MAX_EACH = 12;
    /** A slow camera's next frame belongs to the moment, too. */
    private static final long SOON_MS = 15_000;

    /** Of a camera that sends a picture in ten seconds. */
    private static final Duration FULL_WITHIN = Duration.ofSeconds(12);

    private final Vertx vertx;
    private final Live live;
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
        this.vertx = vertx;
        this.live = live;
        this.pastFrames = pastFrames;
        this.cameras = cameras;
        this.lookups = new BoundedWork(vertx, "frames", MAX_LOOKUPS, MAX_EACH);
        this.snapshots = new Snapshots(vertx, live, pastFrames, statuses, lookups);
    }

    void bind(Operations operations) {
        operations.on("get-snapshot", this::snapshot);
        operations.on("get-full-picture", this::full);
        operations.on("get-frame", this::pastFrame);
        operations.on("get-frame-at", this::frameAt);
    }

    private void snapshot(RoutingContext ctx) {
        snapshots.send(ctx, camera(ctx).getId(), 1_000 * Validated.number(ctx, "maxAge", 0));
    }

    /** The next picture as the camera sends it: what is kept and shown is smaller. */
    private void full(RoutingContext ctx) {
        CompletionStage<Frame> next = live.nextPicture(camera(ctx).getId(), FULL_WITHIN)
                .orElseThrow(() -> HttpProblem.of(
                        501,
                        "id",
                        "has no picture of its own size here: another process grabs cameras. Where the roles ingest and"
                                + " dashboard run in one process, it has; snapshot.jpg gives a smaller one"));
        Future.fromCompletionStage(next, vertx.getOrCreateContext())
                .onSuccess(frame ->
                        Snapshots.answer(ctx, frame.getJpeg().toByteArray(), frame.getCapturedAtMs(), ageMs(frame)))
                .onFailure(failure -> {
                    ctx.response().putHeader("Retry-After", "2");
                    ctx.fail(HttpProblem.of(
                            503,
                            "picture",
                            "did not come within " + FULL_WITHIN.toSeconds()
                                    + " s; /api/status says how the camera is"));
                });
    }

    private static long ageMs(Frame frame) {
        return Math.max(0, System.currentTimeMillis() - frame.getCapturedAtMs());
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
        answer(ctx, camera, () -> pastFrames.frame(id, atMs));
    }

    /** The first frame of a moment or soon after it, for who follows a link to it. */
    private void frameAt(RoutingContext ctx) {
        Camera camera = camera(ctx);
        long atMs = Validated.number(ctx, "atMs", 0);
        answer(
                ctx,
                camera,
                () -> pastFrames
                        .newest(camera.getId(), atMs)
                        .filter(frame -> frame.getCapturedAtMs() - atMs <= SOON_MS));
    }

    private record Picture(Frame frame, byte[] jpeg) {}

    private void answer(RoutingContext ctx, Camera camera, Supplier<Optional<Frame>> lookup) {
        lookups.run(ctx, () -> picture(camera, lookup.get()))
                .onSuccess(found -> {
                    if (found.isEmpty()) {
                        ctx.fail(HttpProblem.of(404, "frame", "is no longer kept; frames stay for a few minutes"));
                        return;
                    }
                    Frame frame = found.get().frame();
                    ctx.response()
                            .putHeader("Content-Type", "image/jpeg")
                            // A frame never changes, but what of it is hidden may.
                            .putHeader("Cache-Control", "private, max-age=60")
                            .putHeader("X-Captured-At-Ms", Long.toString(frame.getCapturedAtMs()))
                            .putHeader("X-Epoch", Long.toString(frame.getId().getEpoch()))
                            .putHeader("X-Sequence", Long.toString(frame.getId().getSequence()))
                            .end(Buffer.buffer(found.get().jpeg()));
                })
                .onFailure(ctx::fail);
    }

    private Optional<Picture> picture(Camera camera, Optional<Frame> found) throws IOException {
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Frame frame = found.get();
        return Optional.of(new Picture(frame, pastFrames.shown(frame, camera)));
    }
}
