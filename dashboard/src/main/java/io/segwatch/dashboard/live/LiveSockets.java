package io.segwatch.dashboard.live;

import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.InstanceMask;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The open pages' WebSockets. Threadsafe; messages are handed over, never waited for. */
final class LiveSockets {
    /** The page takes a connection for silent after four seconds. */
    private static final long BEAT_MS = 2_000;
    /** Windows of this length are pushed; longer ones can be read. */
    private static final long PUSHED_WINDOW_MS = 1_000;

    private final Vertx vertx;
    private final Seats seats;
    private final Set<LiveSocket> pages = ConcurrentHashMap.newKeySet();

    LiveSockets(Vertx vertx, Seats seats) {
        this.vertx = vertx;
        this.seats = seats;
        vertx.setPeriodic(BEAT_MS, timer -> pages.forEach(LiveSocket::beat));
    }

    /** Cameras whose pictures are shown on a page now. */
    Set<String> watchedCameras() {
        return pages.stream()
                .map(LiveSocket::camera)
                .filter(camera -> !camera.isEmpty())
                .collect(Collectors.toSet());
    }

    void show(LivePicture picture) {
        for (LiveSocket page : pages) {
            if (page.camera().equals(picture.frame().getCamera())) {
                page.offer(picture);
            }
        }
    }

    void onAlert(Alert alert) {
        if (!pages.isEmpty()) {
            sendAll("", update("alert", Json.object(alert)));
        }
    }

    void onArea(Area area) {
        if (area.getWindowMs() == PUSHED_WINDOW_MS && !pages.isEmpty()) {
            sendAll(area.getCamera(), update("area", Json.object(area)));
        }
    }

    void onInstance(InstanceMask mask) {
        if (!pages.isEmpty()) {
            sendAll(mask.getFrame().getCamera(), update("instance", LivePicture.instance(mask)));
        }
    }

    /** A definition or status that has changed; {@code value} is null when it is gone. */
    void onChange(String kind, String id, JsonObject value) {
        if (!pages.isEmpty()) {
            sendAll("", update("changed", value).put("kind", kind).put("id", id));
        }
    }

    private static JsonObject update(String type, JsonObject value) {
        return new JsonObject().put("type", type).put("value", value);
    }

    private void sendAll(String camera, JsonObject message) {
        String text = message.encode();
        for (LiveSocket page : pages) {
            if (camera.isEmpty() || page.camera().equals(camera)) {
                page.send(text);
            }
        }
    }

    /** @param camera whose pictures are sent; empty for none */
    void open(RoutingContext ctx, String camera) {
        Principal principal = Principal.of(ctx);
        Runnable leave = seats.take(Visitor.of(ctx));
        ctx.request().toWebSocket().onFailure(failure -> leave.run()).onSuccess(socket -> {
            LiveSocket page = new LiveSocket(socket, vertx.getOrCreateContext(), principal, camera, gone -> {
                pages.remove(gone);
                leave.run();
            });
            pages.add(page);
        });
    }
}
