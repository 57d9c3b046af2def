package io.segwatch.ingest;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
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
    private AVIOContext counted;
    private long countedFrom;

    /** @param budget bytes that a counted connection may bring between two calls of {@link #set} */
    Deadline(long budget) {
        this.budget = budget;
        OPEN.put(cell.address(), this);
        set(Duration.ofDays(1));
    }

    void set(Duration fromNow) {
        overrun = false;
        countedFrom = counted == null ? 0 : counted.bytes_read();
        at = System.nanoTime() + fromNow.toNanos();
    }

    /**
     * Counts the bytes of this connection from now on; null before FFmpeg frees it. For the thread that calls FFmpeg.
     */
    void count(AVIOContext connection) {
        counted = connection;
        countedFrom = 0;
    }

    /** Ends the call that is under way, and every later one, at once. From any thread. */
    void cancel() {
        cancelled = true;
    }

    boolean passed() {
        return cancelled || overrun || System.nanoTime() - at > 0;
    }

    /** Whether it passed because of the bytes rather than the time. */
    boolean overrun() {
        return overrun;
    }

    void guard(AVFormatContext format) {
        format.interrupt_callback().callback(PASSED).opaque(cell);
    }

    /** On the thread that calls FFmpeg, in between its reads. */
    private boolean poll() {
        if (counted != null && counted.bytes_read() - countedFrom > budget) {
            overrun = true;
        }
        return passed();
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
            return deadline == null || deadline.poll() ? 1 : 0;
        }
    }
}
