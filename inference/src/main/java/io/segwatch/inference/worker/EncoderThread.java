package io.segwatch.inference.worker;

import io.segwatch.failure.FatalErrors;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Runs the image encoder beside the worker's thread, which meanwhile decodes the next batch and scores the last one.
 * Batches come back in the order in which they were submitted. For the worker's thread, but for the counts, which any
 * thread may read.
 */
final class EncoderThread implements AutoCloseable {
    /** One that is encoded, and one that begins as soon as that is done: a third would only grow old. */
    private static final int MAX_UNENCODED = 2;

    /** With those whose frames are not encoded and keep their turn. */
    private static final int MAX_SUBMITTED = 64;

    private static final Duration LONGEST_RUN = Duration.ofSeconds(10);

    /** @param seconds that the encoder took for all of its frames */
    record EncodedBatch(FrameBatch batch, double seconds) {}

    /** Pixels of the encoder's input. */
    record ImageSize(int width, int height) {}

    private record Submitted(FrameBatch batch, Future<Double> seconds) {}

    private final Consumer<ImageBatch> encoder;
    private final ExecutorService thread;
    private final Deque<Submitted> submitted = new ArrayDeque<>();

    private volatile long encodedFrames;
    private volatile double encoderMs;
    private volatile ImageSize lastSize = new ImageSize(0, 0);

    /** @param encoder called on a thread of that name */
    EncoderThread(String name, Consumer<ImageBatch> encoder) {
        this.encoder = encoder;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread running = new Thread(task, name);
            running.setDaemon(true);
            return running;
        });
    }

    boolean hasRoom() {
        long unencoded = submitted.stream()
                .filter(one -> !one.seconds.isDone() && one.batch.images() != null)
                .count();
        return unencoded < MAX_UNENCODED && submitted.size() < MAX_SUBMITTED;
    }

    /** True when every batch has come back. */
    boolean isIdle() {
        return submitted.isEmpty();
    }

    /** The frames that have not come back. */
    Stream<WaitingFrame> frames() {
        return submitted.stream().flatMap(one -> one.batch.all());
    }

    /** Nobody else may use the batch's images until it comes back. */
    void submit(FrameBatch batch) {
        submitted.addLast(new Submitted(batch, thread.submit(() -> encode(batch))));
    }

    /**
     * The batch whose turn it is to come back; empty when there is none, or when it takes longer.
     *
     * @throws RuntimeException what the encoder failed with
     */
    Optional<EncodedBatch> next(Duration patience) {
        if (submitted.isEmpty()) {
            return Optional.empty();
        }
        Submitted eldest = submitted.getFirst();
        try {
            double seconds = eldest.seconds.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            submitted.removeFirst();
            return Optional.of(new EncodedBatch(eldest.batch, seconds));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            submitted.removeFirst();
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    private double encode(FrameBatch batch) {
        if (batch.images() == null) {
            return 0;
        }
        long start = System.nanoTime();
        try {
            encoder.accept(batch.images());
        } catch (Throwable failure) {
            FatalErrors.endIfFatal(failure);
            throw failure;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        int frames = batch.frames().size();
        InferenceMetrics.ENCODER_SECONDS.observe(seconds);
        InferenceMetrics.BATCH_FRAMES.observe(frames);
        InferenceMetrics.ENCODED.inc(frames);
        encodedFrames += frames;
        double each = seconds * 1_000 / frames;
        encoderMs = encoderMs == 0 ? each : 0.9 * encoderMs + 0.1 * each;
        lastSize = new ImageSize(batch.images().width(), batch.images().height());
        return seconds;
    }

    long encodedFrames() {
        return encodedFrames;
    }

    /** Milliseconds a frame, of late; 0 before the first. */
    double encoderMs() {
        return encoderMs;
    }

    ImageSize lastSize() {
        return lastSize;
    }

    /** Waits for the batch that is being encoded, for at most 10 s. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(LONGEST_RUN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
