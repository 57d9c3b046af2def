package io.segwatch.dashboard.live;

import io.segwatch.dashboard.access.Principal;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One open page. Holds at most one picture that is not sent yet, so a slow page skips frames and delays nobody; once
 * the page acknowledges pictures, at most {@value #MAX_UNSEEN} are under way to it.
 *
 * <p>{@link #offer} and {@link #send} may be called from any thread; the rest runs on the socket's event loop.
 */
final class LiveSocket {
    private static final int MAX_UNSEEN = 3;
    private static final int MAX_SENT_KEPT = 64;
    private static final int MAX_TEXTS = 2_000;
    private static final int MAX_QUEUED_BYTES = 512 << 10;
    private static final short TRY_AGAIN_LATER = 1013;
    private static final short UNEXPECTED = 1003;
    private static final short POLICY_VIOLATION = 1008;
    private static final String BEAT = "{\"type\":\"beat\"}";
    private static final int BEATS_PER_PING = 3;
    /** Three pings without an answer. */
    private static final long MAX_SILENT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private record Sent(long epoch, long sequence, long capturedAtMs) {}

    private final ServerWebSocket socket;
    private final Context context;
    private final Principal principal;
    private final String camera;
    private final AtomicReference<LivePicture> next = new AtomicReference<>();
    private final Queue<String> texts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger textCount = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Deque<Sent> sent = new ArrayDeque<>();
    private final Consumer<LiveSocket> gone;
    private boolean acknowledges;
    private int beats;
    private long heardNanos = System.nanoTime();

    /**
     * @param context the socket's
     * @param principal who looks at it
     * @param camera whose pictures are shown; empty for none
     * @param gone is told, at least once, when the page is closed or dead
     */
    LiveSocket(ServerWebSocket socket, Context context, Principal principal, String camera, Consumer<LiveSocket> gone) {
        this.socket = socket;
        this.context = context;
        this.principal = principal;
        this.camera = camera;
        this.gone = gone;
        socket.setWriteQueueMaxSize(MAX_QUEUED_BYTES);
        socket.drainHandler(drained -> {
            heard();
            schedule();
        });
        socket.textMessageHandler(this::received);
        socket.pongHandler(pong -> heard());
        socket.exceptionHandler(failure -> close(TRY_AGAIN_LATER, "The connection failed"));
        socket.closeHandler(closed -> gone.accept(this));
    }

    Principal principal() {
        return principal;
    }

    String camera() {
        return camera;
    }

    void offer(LivePicture picture) {
        if (next.getAndSet(picture) != null) {
            DashboardMetrics.FRAMES_SKIPPED.inc();
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
                close(TRY_AGAIN_LATER, "This page has not answered for " + MAX_SILENT_NANOS / 1_000_000_000 + " s");
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
        gone.accept(this);
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
        if (socket.writeQueueFull() || (acknowledges && sent.size() >= MAX_UNSEEN)) {
            return;
        }
        LivePicture picture = next.getAndSet(null);
        if (picture != null) {
            socket.writeBinaryMessage(picture.message());
            sent.addLast(new Sent(picture.frame().getEpoch(), picture.frame().getSequence(), picture.capturedAtMs()));
            if (sent.size() > MAX_SENT_KEPT) {
                sent.removeFirst();
            }
        }
    }

    /** {@code {"shown":{"epoch":E,"sequence":S}}}: the page has drawn this frame, and will draw none before it. */
    private void received(String text) {
        heard();
        try {
            JsonObject shown = new JsonObject(text).getJsonObject("shown");
            if (shown != null) {
                shown(shown.getLong("epoch"), shown.getLong("sequence"));
            }
        } catch (DecodeException | ClassCastException | NullPointerException e) {
            close(UNEXPECTED, "Expected {\"shown\":{\"epoch\":E,\"sequence\":S}}");
        }
    }

    private void shown(long epoch, long sequence) {
        acknowledges = true;
        boolean known = sent.stream().anyMatch(one -> one.epoch() == epoch && one.sequence() == sequence);
        if (!known) {
            return;
        }
        Sent newest;
        do {
            newest = sent.removeFirst();
        } while (newest.epoch() != epoch || newest.sequence() != sequence);
        // Taken here, not from the page's clock, which may be wrong: an upper bound, by the way back.
        DashboardMetrics.CAPTURE_TO_PAGE.observe(Math.max(0, System.currentTimeMillis() - newest.capturedAtMs()) / 1e3);
        schedule();
    }
}
