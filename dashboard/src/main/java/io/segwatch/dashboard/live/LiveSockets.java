package io.segwatch.dashboard.live;

import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.audit.AuditLog;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.InstanceMask;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The open pages' WebSockets. Threadsafe; messages are handed over, never waited for. */
final class LiveSockets {
    /** The page takes a connection for silent after four seconds. */
    private static final long BEAT_MS = 2_000;
    /** Windows of this length are pushed; longer ones can be read. */
    private static final long PUSHED_WINDOW_MS = 1_000;

    private static final String CHANGED = "changed:";
    private static final Set<String> KINDS = Set.of(
            "picture",
            "beat",
            "alert",
            "area",
            "instance",
            CHANGED + "cameras",
            CHANGED + "queries",
            CHANGED + "rules",
            CHANGED + "webhooks",
            CHANGED + "camera-status",
            CHANGED + "worker-status");

    private final Vertx vertx;
    private final Seats seats;
    private final AllowedKinds allowed;
    private final Predicate<Principal> current;
    private final Set<LiveSocket> pages = ConcurrentHashMap.newKeySet();
    /** By kind and id, the cameras of what pages know: who has seen it is told that it is gone. */
    private final Map<String, List<String>> known = new ConcurrentHashMap<>();

    LiveSockets(Vertx vertx, Seats seats, Live.Visibility visibility) {
        this.vertx = vertx;
        this.seats = seats;
        this.allowed = new AllowedKinds("open-live", visibility.messages(), KINDS);
        this.current = visibility.current();
        vertx.setPeriodic(BEAT_MS, timer -> pages.forEach(this::beat));
    }

    private void beat(LiveSocket page) {
        if (current.test(page.principal())) {
            page.beat();
        } else {
            page.logOut();
        }
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
            String camera = picture.frame().getCamera();
            if (page.camera().equals(camera) && allowed.may(page.principal(), "picture", List.of(camera))) {
                page.offer(picture);
            }
        }
    }

    void onAlert(Alert alert) {
        if (!pages.isEmpty()) {
            send("alert", alert.getCamera(), false, Json.object(alert));
        }
    }

    void onArea(Area area) {
        if (area.getWindowMs() == PUSHED_WINDOW_MS && !pages.isEmpty()) {
            send("area", area.getCamera(), true, Json.object(area));
        }
    }

    void onInstance(InstanceMask mask) {
        if (!pages.isEmpty()) {
            send("instance", mask.getFrame().getCamera(), true, LivePicture.instance(mask));
        }
    }

    /** Who may see it is sent it, who may no longer is told that it is gone, and all others hear nothing of it. */
    void onChange(Live.Change change) {
        String kind = CHANGED + change.kind();
        String key = kind + "/" + change.id();
        List<String> before = change.exists() ? known.put(key, List.copyOf(change.cameras())) : known.remove(key);
        for (LiveSocket page : pages) {
            Principal principal = page.principal();
            boolean sees = change.exists() && allowed.may(principal, kind, change.cameras());
            boolean saw = before != null && allowed.may(principal, kind, before);
            if (sees || saw) {
                JsonObject value = sees ? change.value().apply(principal) : null;
                page.send(update("changed", value)
                        .put("kind", change.kind())
                        .put("id", change.id())
                        .encode());
            }
        }
    }

    private static JsonObject update(String type, JsonObject value) {
        return new JsonObject().put("type", type).put("value", value);
    }

    /** @param shown whether it is for pages that show this camera only */
    private void send(String kind, String camera, boolean shown, JsonObject value) {
        String text = update(kind, value).encode();
        for (LiveSocket page : pages) {
            if ((!shown || page.camera().equals(camera)) && allowed.may(page.principal(), kind, List.of(camera))) {
                page.send(text);
            }
        }
    }

    /** @param camera whose pictures are sent; empty for none */
    void open(RoutingContext ctx, String camera) {
        Principal principal = Principal.of(ctx);
        Runnable taken = seats.take(Visitor.of(ctx));
        Runnable closed = AuditLog.closed(ctx);
        Runnable leave = () -> {
            taken.run();
            closed.run();
        };
        ctx.request().toWebSocket().onFailure(failure -> leave.run()).onSuccess(socket -> {
            LiveSocket page = new LiveSocket(socket, vertx.getOrCreateContext(), principal, camera, gone -> {
                pages.remove(gone);
                leave.run();
            });
            pages.add(page);
        });
    }
}
