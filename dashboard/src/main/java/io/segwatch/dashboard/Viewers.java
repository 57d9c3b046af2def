package io.segwatch.dashboard;

import com.google.protobuf.Message;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.InstanceMask;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Everybody who looks: pages on WebSockets ({@code /api/live?camera=ID}). Threadsafe; tells are handed over, never
 * waited for.
 */
final class Viewers {
    private static final long HEARTBEAT_MS = 15_000;
    /** Windows of this length are pushed; longer ones can be read. */
    private static final long PUSHED_WINDOW_MS = 1_000;

    private final Vertx vertx;
    private final Seats seats;
    private final Predicate<String> cameraExists;
    private final Set<Viewer> pages = ConcurrentHashMap.newKeySet();

    Viewers(Vertx vertx, Seats seats, Predicate<String> cameraExists) {
        this.vertx = vertx;
        this.seats = seats;
        this.cameraExists = cameraExists;
        vertx.setPeriodic(HEARTBEAT_MS, timer -> pages.forEach(Viewer::ping));
    }

    void mount(Router router) {
        router.get("/api/live").handler(this::openPage);
    }

    /** Cameras whose pictures somebody looks at now. */
    Set<String> watchedCameras() {
        return pages.stream()
                .map(Viewer::camera)
                .filter(camera -> !camera.isEmpty())
                .collect(Collectors.toSet());
    }

    void show(LivePicture picture) {
        for (Viewer page : pages) {
            if (page.camera().equals(picture.frame().getCamera())) {
                page.offer(picture);
            }
        }
    }

    void tellOfAlert(Alert alert) {
        tellPages("", "{\"type\":\"alert\",\"value\":" + Json.print(alert) + "}");
    }

    void tellOfArea(Area area) {
        if (area.getWindowMs() != PUSHED_WINDOW_MS || pages.isEmpty()) {
            return;
        }
        tellPages(area.getCamera(), "{\"type\":\"area\",\"value\":" + Json.print(area) + "}");
    }

    void tellOfInstance(InstanceMask mask) {
        tellPages(
                mask.getFrame().getCamera(),
                new JsonObject()
                        .put("type", "instance")
                        .put("value", LivePicture.instance(mask))
                        .encode());
    }

    /** A definition or status that has changed; {@code value} is null when it is gone. */
    void tellOfChange(String kind, String id, Message value) {
        if (pages.isEmpty()) {
            return;
        }
        JsonObject head =
                new JsonObject().put("type", "changed").put("kind", kind).put("id", id);
        String json = value == null ? "null" : Json.print(value);
        String text = head.encode();
        tellPages("", text.substring(0, text.length() - 1) + ",\"value\":" + json + "}");
    }

    private void tellPages(String camera, String text) {
        for (Viewer page : pages) {
            if (camera.isEmpty() || page.camera().equals(camera)) {
                page.tell(text);
            }
        }
    }

    private void openPage(RoutingContext ctx) {
        String camera = camera(ctx);
        seats.take();
        ctx.request().toWebSocket().onFailure(failure -> seats.leave()).onSuccess(socket -> {
            Viewer viewer = new Viewer(socket, vertx.getOrCreateContext(), camera);
            pages.add(viewer);
            socket.exceptionHandler(failure -> socket.close());
            socket.closeHandler(closed -> {
                pages.remove(viewer);
                seats.leave();
            });
        });
    }

    private String camera(RoutingContext ctx) {
        String camera = ctx.request().getParam("camera", "");
        if (!camera.isEmpty() && !cameraExists.test(camera)) {
            throw Refusal.notFound("camera", camera);
        }
        return camera;
    }
}
