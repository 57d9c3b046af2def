package io.segwatch.failure;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link Error} in any thread ends the process: what it left half done, no thread can know, and a process that goes
 * on without one of its threads looks alive. What was written to Kafka is whole, and the next start continues with it.
 * Threadsafe.
 */
public final class FatalErrors {
    /** Of the process, as the JVM's own when its heap is full. */
    public static final int EXIT_CODE = 3;

    private static final int MAX_CAUSES = 20;
    private static final Logger log = LoggerFactory.getLogger(FatalErrors.class);
    private static final AtomicBoolean ending = new AtomicBoolean();
    private static volatile boolean installed;

    private FatalErrors() {}

    /** From now on an Error ends this process, in whichever thread; before, as in a test, it does not. */
    public static void install() {
        installed = true;
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            endIfFatal(failure);
            log.error("Thread {} has ended", thread.getName(), failure);
        });
    }

    /**
     * Ends the process at once, with a sentence in the log, when the failure is an Error or was caused by one. For
     * whoever catches what a thread or a pool would keep to itself.
     */
    public static void endIfFatal(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (cause instanceof Error error) {
                end(error);
                return;
            }
            cause = cause.getCause();
        }
    }

    /** The task for a pool that keeps what a task throws to itself, as one that repeats it does. */
    public static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable failure) {
                endIfFatal(failure);
                throw failure;
            }
        };
    }

    private static void end(Error error) {
        if (!installed || !ending.compareAndSet(false, true)) {
            return;
        }
        try {
            String sentence = FatalSentence.of(error, Thread.currentThread());
            // A known cause needs no stack trace, but for machines, which fold it away.
            if (FatalSentence.isKnown(error) && !"json".equals(System.getenv("SEGWATCH_LOG"))) {
                log.error(sentence);
            } else {
                log.error(sentence, error);
            }
        } catch (Throwable failure) {
            // There may be no memory left to say more with.
            System.err.println("Segwatch ends: no memory is left");
        } finally {
            // Not exit: its hooks may wait for the thread that has just died.
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
