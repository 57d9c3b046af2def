package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.live.Live;
import io.segwatch.dashboard.live.LivePicture;
import io.segwatch.v1.FrameId;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/** A camera's pictures: {@code /api/cameras/ID/snapshot.jpg} and {@code /api/cameras/ID/frames/EPOCH/SEQUENCE}. */
final class FrameRoutes {
    private static final long SNAPSHOT_WITHIN_MS = 3_000;
    private static final long SNAPSHOT_POLL_MS = 50;
    /** The page asks for eight at a time. */
    private static final int MAX_LOOKUPS = 4;

    private final Vertx vertx;
    private final Live live;
    private final PastFrames pastFrames;
    private final Predicate<String> cameraExists;
    private final Semaphore lookups = new Semaphore(MAX_LOOKUPS);

    FrameRoutes(Vertx vertx, Live live, PastFrames pastFrames, Predicate<String> cameraExists) {
        this.vertx = vertx;
        this.live = live;
        this.pastFrames = pastFrames;
        this.cameraExists = cameraExists;
    }

    void mount(Router router) {
        router.get("/api/cameras/:id/snapshot.jpg").handler(this::snapshot);
        router.get("/api/cameras/:id/frames/:epoch/:sequence").handler(this::pastFrame);
    }

    private void snapshot(RoutingContext ctx) {
        String camera = camera(ctx);
        live.requestFrames(camera);
        sendSnapshot(ctx, camera, System.currentTimeMillis() + SNAPSHOT_WITHIN_MS);
    }

    private String camera(RoutingContext ctx) {
        String camera = ctx.pathParam("id");
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
                .setEpoch(whole("epoch", ctx.pathParam("epoch")))
                .setSequence(whole("sequence", ctx.pathParam("sequence")))
                .build();
        long aboutMs = Parameters.number(ctx.request(), "atMs", -1);
        if (aboutMs < 0) {
            throw HttpProblem.badInput("atMs", "is missing; give the time of the frame, as the alert has it");
        }
        if (!lookups.tryAcquire()) {
            throw HttpProblem.of(429, "frame", MAX_LOOKUPS + " are being looked for already; try again in a moment");
        }
        vertx.executeBlocking(() -> pastFrames.frame(id, aboutMs), false)
                .onComplete(done -> lookups.release())
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

    private static long whole(String field, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw HttpProblem.badInput(field, "must be a whole number");
        }
    }
}
