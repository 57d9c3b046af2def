package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.evidence.PastFrames;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.live.Live;
import io.segwatch.dashboard.live.LivePicture;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.State;
import io.segwatch.v1.Frame;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A camera's newest picture, and never an old one that could be taken for new: it must be as fresh as the camera's rate
 * lets it be, or as the request asks for; else the answer is a problem that says how old the last one is, and why.
 */
final class Snapshots {
    private static final long WITHIN_MS = 3_000;
    private static final long POLL_MS = 50;
    private static final long FRESH_MS = 5_000;
    /** A camera's pictures come a little late. */
    private static final double INTERVALS = 2.5;

    private static final Set<State> AWAY = EnumSet.of(State.OFFLINE, State.DISABLED, State.ENDED);

    private final Vertx vertx;
    private final Live live;
    private final PastFrames pastFrames;
    private final Function<String, Optional<CameraStatus>> statuses;
    private final BoundedWork lookups;

    Snapshots(
            Vertx vertx,
            Live live,
            PastFrames pastFrames,
            Function<String, Optional<CameraStatus>> statuses,
            BoundedWork lookups) {
        this.vertx = vertx;
        this.live = live;
        this.pastFrames = pastFrames;
        this.statuses = statuses;
        this.lookups = lookups;
    }

    /** @param mostMs how old the picture may be; 0 for as fresh as the camera's rate lets it be */
    void send(RoutingContext ctx, String camera, long mostMs) {
        live.requestFrames(camera);
        await(ctx, camera, mostMs, System.nanoTime() + WITHIN_MS * 1_000_000);
    }

    /** Frames start to flow when they are asked for, so the first may take a moment. */
    private void await(RoutingContext ctx, String camera, long mostMs, long until) {
        Optional<LivePicture> newest = live.newest(camera);
        long ageMs = newest.map(LivePicture::ageMs).orElse(0L);
        boolean away = statuses.apply(camera)
                .filter(status -> AWAY.contains(status.getState()))
                .isPresent();
        if (newest.isPresent() && ageMs <= limit(mostMs, newest.get().targetFps()) && (!away || mostMs > 0)) {
            answer(ctx, newest.get().jpeg(), newest.get().capturedAtMs(), ageMs);
        } else if (away || System.nanoTime() > until) {
            lookUp(ctx, camera, mostMs);
        } else {
            vertx.setTimer(POLL_MS, timer -> await(ctx, camera, mostMs, until));
        }
    }

    private static double limit(long mostMs, double fps) {
        return mostMs > 0 ? mostMs : Math.max(FRESH_MS, fps > 0 ? INTERVALS * 1_000 / fps : 0);
    }

    /** The last picture may have come before anybody asked, as that of a slow camera. */
    private void lookUp(RoutingContext ctx, String camera, long mostMs) {
        CameraStatus status = statuses.apply(camera).orElse(CameraStatus.getDefaultInstance());
        boolean live = status.getState() == State.LIVE;
        // By the clock of the camera's own process, whatever that of this one says.
        long ageMs = Math.max(0, status.getAtMs() - status.getLastFrameAtMs());
        if (status.getLastFrameAtMs() == 0 || !live && (mostMs == 0 || ageMs > mostMs)) {
            ctx.response().putHeader("Retry-After", "2");
            ctx.fail(missing(status, ageMs));
            return;
        }
        lookups.run(ctx, () -> pastFrames.newest(camera, status.getLastFrameAtMs()))
                .onSuccess(found -> {
                    Frame frame = found.orElse(Frame.getDefaultInstance());
                    long oldMs = Math.max(0, status.getAtMs() - frame.getCapturedAtMs());
                    if (found.isPresent() && oldMs <= limit(mostMs, frame.getTargetFps())) {
                        answer(ctx, frame.getJpeg().toByteArray(), frame.getCapturedAtMs(), oldMs);
                    } else {
                        ctx.response().putHeader("Retry-After", "2");
                        ctx.fail(missing(status, ageMs));
                    }
                })
                .onFailure(ctx::fail);
    }

    static void answer(RoutingContext ctx, byte[] jpeg, long capturedAtMs, long ageMs) {
        ctx.response()
                .putHeader("Content-Type", "image/jpeg")
                .putHeader("Cache-Control", "no-store")
                .putHeader(
                        "Last-Modified",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                Instant.ofEpochMilli(capturedAtMs).atOffset(ZoneOffset.UTC)))
                .putHeader("Age", Long.toString(ageMs / 1_000))
                .putHeader("X-Captured-At-Ms", Long.toString(capturedAtMs))
                .end(Buffer.buffer(jpeg));
    }

    private static HttpProblem missing(CameraStatus status, long ageMs) {
        if (status.getLastFrameAtMs() == 0) {
            return HttpProblem.of(503, "snapshot", "the camera has sent no picture yet; see /api/status");
        }
        String reason = status.getReason();
        return HttpProblem.of(
                503,
                "snapshot",
                "there is no fresh picture: the camera is " + status.getState() + " and its last one is "
                        + ageMs / 1_000 + " s old"
                        + (reason.isEmpty() ? "" : " (" + reason.substring(0, Math.min(200, reason.length())) + ")")
                        + "; maxAge takes an older one");
    }
}
