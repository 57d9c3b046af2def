package io.segwatch.kafka;

import io.segwatch.failure.FatalErrors;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a role that reads Kafka with a consumer of its own, until it is closed.
 *
 * <p>It holds the one policy for readers that fail. What Kafka calls retriable is tried again after a pause that grows
 * from 0.2 s to 10 s. An Error ends the process ({@link FatalErrors}). Anything else ends the thread:
 * {@link #failure()} keeps the cause, and the role that owns the thread answers {@code alive() == false}, so that
 * nobody takes a frozen picture for the present.
 */
public final class ConsumerThread implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConsumerThread.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    /** What the thread does. Every method runs on it, and may use its consumer. */
    public interface Reader {
        /** Subscribes or assigns; runs before the first {@link #step()}. */
        default void begin() {}

        /** Polls once and handles what came. Called until the thread is closed; should return within a second. */
        void step();

        /** Runs last, after {@link ConsumerThread#close()} or a failure, before the consumer is closed. */
        default void end() {}
    }

    private final KafkaConsumer<?, ?> consumer;
    private final Reader reader;
    private final Thread thread;
    private final ExponentialBackoff backoff = new ExponentialBackoff(200, 2, 10_000, 0.2);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Throwable failure;
    private volatile String refusal;

    /**
     * The thread is a daemon and not started yet.
     *
     * @param name of the thread, as in the log
     * @param consumer used by this thread alone, which also closes it
     */
    public ConsumerThread(String name, KafkaConsumer<?, ?> consumer, Reader reader) {
        this.consumer = consumer;
        this.reader = reader;
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    /** Starts to read; call it once everything that the reader uses is there. */
    public ConsumerThread start() {
        thread.start();
        return this;
    }

    /** Why the thread ended by itself; empty while it reads, and once it was closed. Never blocks. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** What Kafka does not let it read, and the remedy; empty while it reads. Never blocks. */
    public Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    private void run() {
        try {
            retrying(reader::begin);
            while (!isClosed()) {
                retrying(reader::step);
            }
        } catch (WakeupException e) {
            // close() woke the consumer.
        } catch (Throwable e) {
            FatalErrors.endIfFatal(e);
            failure = e;
            log.error("{} ended", thread.getName(), e);
        } finally {
            end();
        }
    }

    private void retrying(Runnable work) {
        for (int attempts = 0; !isClosed(); attempts++) {
            try {
                work.run();
                refusal = null;
                return;
            } catch (RetriableException e) {
                long pauseMs = backoff.backoff(attempts);
                log.warn(
                        "{} could not read Kafka and tries again in {} ms: {}",
                        thread.getName(),
                        pauseMs,
                        e.toString());
                pause(pauseMs);
            } catch (AuthorizationException e) {
                // Rights are given while a process runs.
                refusal =
                        thread.getName() + " may not read what it needs: " + e.getMessage() + ". " + KafkaRights.REMEDY;
                long pauseMs = backoff.backoff(attempts);
                log.warn(
                        "{} may not read what it needs, and tries again in {} ms: {}. {}",
                        thread.getName(),
                        pauseMs,
                        e.getMessage(),
                        KafkaRights.REMEDY);
                pause(pauseMs);
            }
        }
    }

    private void pause(long ms) {
        try {
            closed.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private void end() {
        try {
            reader.end();
        } catch (RuntimeException e) {
            log.warn("{} did not end cleanly", thread.getName(), e);
        } finally {
            consumer.close();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Ends the thread and its consumer; waits for at most 10 s. */
    @Override
    public void close() {
        closed.countDown();
        if (thread.getState() == Thread.State.NEW) {
            consumer.close();
            return;
        }
        consumer.wakeup();
        try {
            thread.join(CLOSE_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
