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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The open pages' WebSockets. Threadsafe; messages are handed over, never waited for. */
final class LiveSockets implements AutoCloseable {
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
            CHANGED + "mutes",
            CHANGED + "alert-reviews",
            CHANGED + "camera-status",
            CHANGED + "worker-status");

    private final Vertx vertx;
    private final Seats seats;
    private final AllowedKinds allowed;
    private final Predicate<Principal> current;
    private final Set<LiveSocket> pages = ConcurrentHashMap.newKeySet();
    private final PictureScaler scaler = new PictureScaler();
    /** Pages that watch something else than before. */
    private final Queue<LiveSocket> greeted = new ConcurrentLinkedQueue<>();

    private volatile Set<String> watched = Set.of();
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
        return watched;
    }

    /** Shows what cameras have now to pages that have begun to watch them since the last call. */
    void greet(Function<String, Optional<LivePicture>> newest) {
        for (LiveSocket page; (page = greeted.poll()) != null; ) {
            for (Viewing viewing : page.viewings().values()) {
                if (viewing.isFresh()) {
                    LiveSocket to = page;
                    newest.apply(viewing.watch.camera()).ifPresent(picture -> show(picture, Set.of(to)));
                }
            }
        }
    }

    /** For the one thread that reads frames. */
    void show(LivePicture picture) {
        show(picture, pages);
    }

    private void show(LivePicture picture, Set<LiveSocket> pages) {
        PictureMessage original = null;
        Map<Viewing, PictureSize> smaller = new HashMap<>();
        long now = System.nanoTime();
        for (LiveSocket page : pages) {
            Viewing viewing = page.viewings().get(picture.camera());
            if (viewing == null
                    || !allowed.may(page.principal(), "picture", List.of(picture.camera()))
                    || !viewing.due(now)) {
                continue;
            }
            PictureSize size =
                    PictureSize.of(viewing.watch.width(), picture.source().getWidth(), page.strain());
            if (size.equals(PictureSize.ORIGINAL)) {
                original = original == null ? PictureMessage.original(picture) : original;
                viewing.offer(original);
            } else {
                smaller.put(viewing, size);
            }
        }
        if (!smaller.isEmpty()) {
            scaler.scale(picture, smaller);
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
            send("instance", mask.getFrame().getCamera(), true, PictureMessage.instance(mask));
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

    /** @param wanted whether it is for pages only that want the facts of this camera */
    private void send(String kind, String camera, boolean wanted, JsonObject value) {
        String text = update(kind, value).encode();
        for (LiveSocket page : pages) {
            if ((!wanted || wantsFacts(page, camera)) && allowed.may(page.principal(), kind, List.of(camera))) {
                page.send(text);
            }
        }
    }

    private static boolean wantsFacts(LiveSocket page, String camera) {
        Viewing viewing = page.viewings().get(camera);
        return viewing != null && viewing.watch.facts();
    }

    /** @param camera that is watched at first; empty for none */
    void open(RoutingContext ctx, String camera) {
        Principal principal = Principal.of(ctx);
        Runnable taken = seats.take(Visitor.of(ctx));
        AuditLog.Looking looking = AuditLog.looking(ctx);
        Runnable leave = () -> {
            taken.run();
            looking.ended();
        };
        ctx.request().toWebSocket().onFailure(failure -> leave.run()).onSuccess(socket -> {
            LiveSocket page =
                    new LiveSocket(socket, vertx.getOrCreateContext(), principal, new PageOwner(looking, leave));
            pages.add(page);
            if (!camera.isEmpty()) {
                page.watch(Map.of(camera, Watch.all(camera)));
                watching(page);
            }
        });
    }

    private void watching(LiveSocket page) {
        if (pages.contains(page)) {
            greeted.add(page);
        }
        countWatched();
    }

    private synchronized void countWatched() {
        watched = pages.stream()
                .flatMap(page -> page.viewings().values().stream())
                .filter(viewing -> viewing.watch.fps() > 0)
                .map(viewing -> viewing.watch.camera())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Of one page. */
    private final class PageOwner implements LiveSocket.Owner {
        private final AuditLog.Looking looking;
        private final Runnable leave;

        PageOwner(AuditLog.Looking looking, Runnable leave) {
            this.looking = looking;
            this.leave = leave;
        }

        @Override
        public Optional<String> problem(LiveSocket page, Set<String> cameras) {
            return cameras.stream()
                    .filter(camera -> !allowed.may(page.principal(), "picture", List.of(camera)))
                    .findFirst()
                    .map(camera -> "watch: there is no camera " + camera + ", or you may not see it");
        }

        @Override
        public void watching(LiveSocket page) {
            page.viewings().keySet().forEach(looking::at);
            LiveSockets.this.watching(page);
        }

        @Override
        public void gone(LiveSocket page) {
            if (pages.remove(page)) {
                countWatched();
            }
            leave.run();
        }
    }

    @Override
    public void close() {
        scaler.close();
    }
}
