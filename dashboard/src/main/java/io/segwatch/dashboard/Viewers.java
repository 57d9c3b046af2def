package io.segwatch.dashboard;

import com.google.protobuf.Message;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.InstanceMask;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Everybody who looks: pages on WebSockets ({@code /api/live?camera=ID}) and programs on event streams
 * ({@code /api/events?camera=ID&areas=true}). Threadsafe; tells are handed over, never waited for.
 */
final class Viewers {
    private static final Gauge open = Gauge.build("segwatch_dashboard_viewers", "Open pages and event streams")
            .register();
    private static final Counter droppedEvents = Counter.build(
                    "segwatch_dashboard_event_streams_dropped_total", "Event streams ended because they were too slow")
            .register();
    private static final long HEARTBEAT_MS = 15_000;
    /** Windows of this length are pushed; longer ones can be read. */
    private static final long PUSHED_WINDOW_MS = 1_000;

    private record Stream(HttpServerResponse response, Context context, String camera, boolean areas) {}

    private final Vertx vertx;
    private final int limit;
    private final Predicate<String> cameraExists;
    private final AtomicInteger count = new AtomicInteger();
    private final Set<Viewer> pages = ConcurrentHashMap.newKeySet();
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();

    Viewers(Vertx vertx, int limit, Predicate<String> cameraExists) {
        this.vertx = vertx;
        this.limit = limit;
        this.cameraExists = cameraExists;
        vertx.setPeriodic(HEARTBEAT_MS, timer -> {
            pages.forEach(Viewer::ping);
            streams.forEach(stream -> write(stream, ": still here\n\n"));
        });
    }

    void mount(Router router) {
        router.get("/api/live").handler(this::openPage);
        router.get("/api/events").handler(this::openStream);
    }

    int count() {
        return count.get();
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
        String json = Json.print(alert);
        tellPages("", "{\"type\":\"alert\",\"value\":" + json + "}");
        for (Stream stream : streams) {
            if (stream.camera().isEmpty() || stream.camera().equals(alert.getCamera())) {
                write(
                        stream,
                        "event: alert\nid: " + alert.getId() + "-" + alert.getState() + "-" + alert.getAtMs()
                                + "\ndata: " + json + "\n\n");
            }
        }
    }

    void tellOfArea(Area area) {
        if (area.getWindowMs() != PUSHED_WINDOW_MS || count.get() == 0) {
            return;
        }
        String json = Json.print(area);
        tellPages(area.getCamera(), "{\"type\":\"area\",\"value\":" + json + "}");
        for (Stream stream : streams) {
            if (stream.areas() && (stream.camera().isEmpty() || stream.camera().equals(area.getCamera()))) {
                write(stream, "event: area\ndata: " + json + "\n\n");
            }
        }
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
        enter();
        ctx.request().toWebSocket().onFailure(failure -> leave()).onSuccess(socket -> {
            Viewer viewer = new Viewer(socket, vertx.getOrCreateContext(), camera);
            pages.add(viewer);
            socket.exceptionHandler(failure -> socket.close());
            socket.closeHandler(closed -> {
                pages.remove(viewer);
                leave();
            });
        });
    }

    private void openStream(RoutingContext ctx) {
        String camera = camera(ctx);
        enter();
        HttpServerResponse response = ctx.response()
                .setChunked(true)
                .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                .putHeader("Cache-Control", "no-store");
        Stream stream = new Stream(
                response,
                vertx.getOrCreateContext(),
                camera,
                "true".equals(ctx.request().getParam("areas")));
        response.write(": Segwatch\n\n");
        streams.add(stream);
        // Called once, whether the stream ends or its connection breaks.
        ctx.addEndHandler(ended -> {
            if (streams.remove(stream)) {
                leave();
            }
        });
    }

    private void write(Stream stream, String event) {
        stream.context().runOnContext(v -> {
            HttpServerResponse response = stream.response();
            if (response.closed() || response.ended()) {
                return;
            }
            if (response.writeQueueFull()) {
                // An event left out would be a lie; the program connects anew and reads /api/alerts.
                droppedEvents.inc();
                response.reset();
                forget(stream);
                return;
            }
            response.write(event);
        });
    }

    private void forget(Stream stream) {
        if (streams.remove(stream)) {
            leave();
        }
    }

    private String camera(RoutingContext ctx) {
        String camera = ctx.request().getParam("camera", "");
        if (!camera.isEmpty() && !cameraExists.test(camera)) {
            throw Refusal.notFound("camera", camera.length() > 63 ? "of that id" : camera);
        }
        return camera;
    }

    private void enter() {
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            throw Refusal.of(
                    503,
                    "viewers",
                    "there are " + limit + " already; close one, or raise segwatch.dashboard.max-viewers");
        }
        open.set(count.get());
    }

    private void leave() {
        open.set(count.decrementAndGet());
    }
}
