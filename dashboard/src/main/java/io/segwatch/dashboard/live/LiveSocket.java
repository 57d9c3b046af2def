package io.segwatch.dashboard.live;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

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

    private record Sent(long epoch, long sequence, long capturedAtMs) {}

    private final ServerWebSocket socket;
    private final Context context;
    private final String camera;
    private final AtomicReference<LivePicture> next = new AtomicReference<>();
    private final Queue<String> texts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger textCount = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Deque<Sent> sent = new ArrayDeque<>();
    private boolean acknowledges;

    /**
     * @param context the socket's
     * @param camera whose pictures are shown; empty for none
     */
    LiveSocket(ServerWebSocket socket, Context context, String camera) {
        this.socket = socket;
        this.context = context;
        this.camera = camera;
        socket.setWriteQueueMaxSize(MAX_QUEUED_BYTES);
        socket.drainHandler(drained -> schedule());
        socket.textMessageHandler(this::received);
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
            context.runOnContext(v -> socket.close(TRY_AGAIN_LATER, "This page is too slow"));
            return;
        }
        texts.add(text);
        schedule();
    }

    void ping() {
        socket.writePing(Buffer.buffer("segwatch"));
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
        try {
            JsonObject shown = new JsonObject(text).getJsonObject("shown");
            if (shown != null) {
                shown(shown.getLong("epoch"), shown.getLong("sequence"));
            }
        } catch (DecodeException | ClassCastException | NullPointerException e) {
            socket.close((short) 1003, "Expected {\"shown\":{\"epoch\":E,\"sequence\":S}}");
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
