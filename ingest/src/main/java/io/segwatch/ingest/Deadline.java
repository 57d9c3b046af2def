package io.segwatch.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * The moment at which one camera's blocking calls of FFmpeg give up. FFmpeg polls it every 100 ms while it waits for
 * the network, so a server that is frozen, or that sends a byte now and then, holds the camera's thread no longer than
 * this. The socket options {@code timeout} and {@code rw_timeout} bound each read, not their sum. Bytes are bounded the
 * same way: a server that sends without end reaches the budget long before the time is over.
 */
final class Deadline implements AutoCloseable {
    /** JavaCPP has room for ten callbacks of a kind, so all cameras share this one and differ by the cell. */
    private static final AVIOInterruptCB.Callback_Pointer PASSED = new Passed();

    /** By the address of their cell. */
    private static final Map<Long, Deadline> OPEN = new ConcurrentHashMap<>();

    /** Native memory, because FFmpeg hands its address to the callback. */
    private final LongPointer cell = new LongPointer(1);

    private final long budget;
    /** System.nanoTime() at which to give up. */
    private volatile long at;

    private volatile boolean cancelled;
    private volatile boolean overrun;
    private final AtomicLong received = new AtomicLong();
    private volatile long countedFrom;
    private volatile GrabException refusal;
    private final Set<Closeable> connections = ConcurrentHashMap.newKeySet();

    /** @param budget bytes that connections may bring between two calls of {@link #set} */
    Deadline(long budget) {
        this.budget = budget;
        OPEN.put(cell.address(), this);
        set(Duration.ofDays(1));
    }

    void set(Duration fromNow) {
        overrun = false;
        countedFrom = received.get();
        at = System.nanoTime() + fromNow.toNanos();
    }

    /** Forgets the last attempt's refusal. */
    void begin(Duration fromNow) {
        refusal = null;
        set(fromNow);
    }

    /** Counts bytes of the network. From any thread. */
    void received(int bytes) {
        if (received.addAndGet(bytes) - countedFrom > budget) {
            overrun = true;
        }
    }

    /** Ends the connection for a reason that no further byte can mend; the first one holds. From any thread. */
    void refuse(GrabException reason) {
        if (refusal == null) {
            refusal = reason;
        }
    }

    /** Why the connection was ended, or null. */
    GrabException refusal() {
        return refusal;
    }

    /** Milliseconds until it passes, at least 1. */
    int leftMs() {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, (at - System.nanoTime()) / 1_000_000 + 1));
    }

    /** A connection whose blocking reads {@link #cancel} is to end. */
    void closeWhenCancelled(Closeable connection) {
        connections.add(connection);
    }

    void forget(Closeable connection) {
        connections.remove(connection);
    }

    /** Ends the call that is under way, and every later one, at once. From any thread. */
    void cancel() {
        cancelled = true;
        for (Closeable connection : connections) {
            try {
                connection.close();
            } catch (IOException e) {
                // It is gone.
            }
        }
    }

    boolean passed() {
        return cancelled || overrun || refusal != null || System.nanoTime() - at > 0;
    }

    /** Whether it passed because of the bytes rather than the time. */
    boolean overrun() {
        return overrun;
    }

    void guard(AVFormatContext format) {
        format.interrupt_callback().callback(PASSED).opaque(cell);
    }

    /** Only after FFmpeg has let go of the context that it guards. */
    @Override
    public void close() {
        cancelled = true;
        OPEN.remove(cell.address());
        cell.close();
    }

    private static final class Passed extends AVIOInterruptCB.Callback_Pointer {
        @Override
        public int call(Pointer opaque) {
            Deadline deadline = OPEN.get(opaque.address());
            return deadline == null || deadline.passed() ? 1 : 0;
        }
    }
}
