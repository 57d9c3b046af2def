package io.segwatch.ingest;

import java.time.Duration;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * The moment at which one camera's blocking calls of FFmpeg give up. FFmpeg polls it every 100 ms while it waits for
 * the network, so a server that is frozen, or that sends a byte now and then, holds the camera's thread no longer than
 * this. The socket options {@code timeout} and {@code rw_timeout} bound each read, not their sum.
 */
final class Deadline implements AutoCloseable {
    /** JavaCPP has room for ten callbacks of a kind, so all cameras share this one and differ by the cell. */
    private static final AVIOInterruptCB.Callback_Pointer PASSED = new Passed();

    /** System.nanoTime() at which to give up; native memory, because FFmpeg hands its address to the callback. */
    private final LongPointer cell = new LongPointer(1);

    private boolean cancelled;

    Deadline() {
        set(Duration.ofDays(1));
    }

    synchronized void set(Duration fromNow) {
        if (!cancelled) {
            cell.put(System.nanoTime() + fromNow.toNanos());
        }
    }

    /** Ends the call that is under way, and every later one, at once. From any thread. */
    synchronized void cancel() {
        cancelled = true;
        if (!cell.isNull()) {
            cell.put(System.nanoTime() - 1);
        }
    }

    boolean passed() {
        return passed(cell);
    }

    void guard(AVFormatContext format) {
        format.interrupt_callback().callback(PASSED).opaque(cell);
    }

    private static boolean passed(LongPointer cell) {
        return System.nanoTime() - cell.get() > 0;
    }

    /** Only after FFmpeg has let go of the context that it guards. */
    @Override
    public synchronized void close() {
        cancelled = true;
        cell.close();
    }

    private static final class Passed extends AVIOInterruptCB.Callback_Pointer {
        @Override
        public int call(Pointer opaque) {
            return passed(new LongPointer(opaque)) ? 1 : 0;
        }
    }
}
