package io.segwatch.dashboard.live;

import io.segwatch.dashboard.access.Principal;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One open page. Holds at most one picture of each camera that is not sent yet, so a slow page skips frames and delays
 * nobody; once the page acknowledges pictures, few are under way to it.
 *
 * <p>{@link #offered} and {@link #send} may be called from any thread; the rest runs on the socket's event loop.
 */
final class LiveSocket {
    private static final int MAX_TEXTS = 2_000;
    private static final int MAX_QUEUED_BYTES = 256 << 10;
    private static final int MAX_CHANGES = 30;
    private static final short TRY_AGAIN_LATER = 1013;
    private static final short UNEXPECTED = 1003;
    private static final short POLICY_VIOLATION = 1008;
    private static final String BEAT = "{\"type\":\"beat\"}";
    private static final int BEATS_PER_PING = 3;
    /** Three pings without an answer. */
    private static final long MAX_SILENT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Who is told of this page. */
    interface Owner {
        /** @return what is wrong with it; empty when the page may watch these cameras */
        Optional<String> problem(LiveSocket page, Set<String> cameras);

        /** What the page watches has changed. */
        void watching(LiveSocket page);

        /** At least once, when the page is closed or dead. */
        void gone(LiveSocket page);
    }

    private final ServerWebSocket socket;
    private final Context context;
    private final Principal principal;
    private final Owner owner;
    private final ViewerPace pace = new ViewerPace(System.nanoTime());
    private final Queue<Viewing> ready = new ConcurrentLinkedQueue<>();
    private final Queue<String> texts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger textCount = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile Map<String, Viewing> viewings = Map.of();
    private boolean acknowledges;
    private int beats;
    private long heardNanos = System.nanoTime();
    private long changesSinceNanos = heardNanos;
    private int changes;

    /**
     * @param context the socket's
     * @param principal who looks at it
     */
    LiveSocket(ServerWebSocket socket, Context context, Principal principal, Owner owner) {
        this.socket = socket;
        this.context = context;
        this.principal = principal;
        this.owner = owner;
        socket.setWriteQueueMaxSize(MAX_QUEUED_BYTES);
        socket.drainHandler(drained -> {
            heard();
            schedule();
        });
        socket.textMessageHandler(this::received);
        socket.pongHandler(pong -> heard());
        socket.exceptionHandler(failure -> close(TRY_AGAIN_LATER, "The connection failed"));
        socket.closeHandler(closed -> owner.gone(this));
    }

    Principal principal() {
        return principal;
    }

    /** By camera, what the page watches. */
    Map<String, Viewing> viewings() {
        return viewings;
    }

    /** How much smaller than wanted its pictures must be. */
    int strain() {
        return pace.strain();
    }

    /** In place of what it has watched; what is watched as before goes on. */
    void watch(Map<String, Watch> watches) {
        Map<String, Viewing> before = viewings;
        Map<String, Viewing> now = new HashMap<>();
        watches.forEach((camera, watch) -> {
            Viewing known = before.get(camera);
            now.put(camera, known != null && known.watch.equals(watch) ? known : new Viewing(this, watch));
        });
        viewings = now;
    }

    /**
     * A picture waits to be sent.
     *
     * @param first whether none has waited already
     * @param late whether one that has waited a while had to make room for it
     */
    void offered(Viewing viewing, boolean first, boolean late) {
        pace.offered(late, System.nanoTime());
        if (first) {
            ready.add(viewing);
        }
        schedule();
    }

    void send(String text) {
        if (textCount.incrementAndGet() > MAX_TEXTS) {
            // It would never catch up; the page reconnects and reads what it needs.
            context.runOnContext(v -> close(TRY_AGAIN_LATER, "This page is too slow"));
            return;
        }
        texts.add(text);
        schedule();
    }

    /** To be called every other second: tells the page that the connection lives, and asks whether it does. */
    void beat() {
        context.runOnContext(v -> {
            if (socket.isClosed()) {
                return;
            }
            if (System.nanoTime() - heardNanos > MAX_SILENT_NANOS) {
                close(TRY_AGAIN_LATER, "This page has not answered for " + MAX_SILENT_NANOS / SECOND_NANOS + " s");
            } else if (!socket.writeQueueFull()) {
                if (texts.isEmpty()) {
                    socket.writeTextMessage(BEAT);
                }
                if (beats++ % BEATS_PER_PING == 0) {
                    socket.writePing(Buffer.buffer("segwatch"));
                }
            }
        });
    }

    /** Whoever looks is no longer let in, or with other rights. */
    void logOut() {
        context.runOnContext(v -> close(POLICY_VIOLATION, "This log-in is over"));
    }

    private void heard() {
        heardNanos = System.nanoTime();
    }

    /** A dead connection may take long to close; its place is free now. */
    private void close(short code, String reason) {
        owner.gone(this);
        if (!socket.isClosed()) {
            socket.close(code, reason);
        }
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            context.runOnContext(v -> flush());
        }
    }

    private void flush() {
        scheduled.set(false);
        if (socket.isClosed()) {
            return;
        }
        while (!socket.writeQueueFull() && !texts.isEmpty()) {
            textCount.decrementAndGet();
            socket.writeTextMessage(texts.poll());
        }
        int turns = ready.size();
        while (turns-- > 0 && !socket.writeQueueFull() && (!acknowledges || pace.takes(unseenBytes()))) {
            Viewing viewing = ready.poll();
            if (viewing == null || viewings.get(viewing.watch.camera()) != viewing) {
                continue;
            }
            if (acknowledges && viewing.isBehind()) {
                // Its turn comes when the page has drawn some of what it was sent.
                ready.add(viewing);
                continue;
            }
            PictureMessage message = viewing.take();
            if (message != null) {
                socket.writeBinaryMessage(message.bytes());
                viewing.sent(message, System.nanoTime());
            }
        }
    }

    private int unseenBytes() {
        return viewings.values().stream().mapToInt(Viewing::unseenBytes).sum();
    }

    /** {@code {"shown":…}} acknowledges a picture, {@code {"watch":…}} says what the page wants. */
    private void received(String text) {
        heard();
        try {
            JsonObject message = new JsonObject(text);
            JsonObject shown = message.getJsonObject("shown");
            if (shown != null) {
                shown(shown.getString("camera"), shown.getLong("epoch"), shown.getLong("sequence"));
            } else if (message.containsKey("watch")) {
                watch(message.getJsonArray("watch"));
            }
        } catch (DecodeException | ClassCastException | NullPointerException e) {
            close(UNEXPECTED, "Expected {\"shown\":{\"epoch\":E,\"sequence\":S}} or {\"watch\":[{\"id\":\"CAMERA\"}]}");
        } catch (IllegalArgumentException e) {
            close(POLICY_VIOLATION, e.getMessage());
        }
    }

    private void watch(JsonArray cameras) {
        long now = System.nanoTime();
        if (now - changesSinceNanos > SECOND_NANOS) {
            changesSinceNanos = now;
            changes = 0;
        }
        if (++changes > MAX_CHANGES) {
            throw new IllegalArgumentException("watch: at most " + MAX_CHANGES + " times a second");
        }
        Map<String, Watch> watches = Watch.read(cameras);
        owner.problem(this, watches.keySet()).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        watch(watches);
        owner.watching(this);
    }

    private void shown(String camera, long epoch, long sequence) {
        acknowledges = true;
        for (Viewing viewing : viewings.values()) {
            if (camera == null || viewing.watch.camera().equals(camera)) {
                viewing.shown(epoch, sequence).ifPresent(this::shown);
            }
        }
        schedule();
    }

    private void shown(Viewing.Sent newest) {
        long now = System.nanoTime();
        pace.acknowledged(newest.bytes(), now - newest.atNanos(), now);
        // Taken here, not from the page's clock, which may be wrong: an upper bound, by the way back.
        DashboardMetrics.CAPTURE_TO_PAGE.observe(Math.max(0, System.currentTimeMillis() - newest.capturedAtMs()) / 1e3);
    }
}
