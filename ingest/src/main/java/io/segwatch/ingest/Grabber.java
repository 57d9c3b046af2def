package io.segwatch.ingest;

import com.google.protobuf.UnsafeByteOperations;
import io.segwatch.contracts.WorkingSize;
import io.segwatch.kafka.Sender;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * One camera's thread: connects, decodes, samples, scales, encodes, publishes; and starts over when the camera fails.
 * Everything native belongs to this thread alone, so that a call that never returns holds up nothing but itself.
 */
final class Grabber {
    /** What all cameras share. */
    record Shared(IngestConfig config, Credentials credentials, Sender<Frame> sender, LongSupplier epochs) {}

    private static final Logger log = LoggerFactory.getLogger(Grabber.class);
    /** A connection that lasted so long was a success: the next failure is retried soon again. */
    private static final long LASTED_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long LATE_MICROS = 1_000_000;
    private static final Duration PREDECESSOR = Duration.ofSeconds(5);

    private final Camera camera;
    private final Shared shared;
    private final Status status;
    private final Metrics metrics;
    private final FramePublisher publisher;
    private final Deadline deadline = new Deadline();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile double targetFps;

    private Source source;
    private Jpeg jpeg;
    private long epoch;
    private long sequence;
    private String lastFailure = "";

    Grabber(Camera camera, Shared shared, Status status, Grabber predecessor) {
        this.camera = camera;
        this.shared = shared;
        this.status = status;
        this.metrics = new Metrics(camera.getId());
        this.publisher = new FramePublisher(shared.sender(), shared.config().inFlight(), metrics, status);
        targetFps(camera.getTargetFps());
        this.thread = new Thread(() -> run(predecessor), "camera-" + camera.getId());
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Takes effect from the next frame on, without a new connection; 0 is the configured default. */
    void targetFps(double fps) {
        targetFps = fps > 0 ? fps : shared.config().targetFps();
    }

    /** Publishes nothing from now on, and ends soon after, whatever FFmpeg is doing. Does not wait. */
    void stop() {
        stop.countDown();
        deadline.cancel();
    }

    /** Waits for the thread's end; false when a native call still holds it. */
    boolean join(Duration timeout) throws InterruptedException {
        thread.join(Math.max(1, timeout.toMillis()));
        return !thread.isAlive();
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    private void run(Grabber predecessor) {
        MDC.put("camera", camera.getId());
        try (deadline) {
            // A device can be opened only once, and a camera may allow few connections.
            if (predecessor != null && !predecessor.join(PREDECESSOR)) {
                log.warn("The former connection does not end; goes on without waiting for it");
            }
            grab();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (jpeg != null) {
                jpeg.close();
            }
        }
    }

    private void grab() throws InterruptedException {
        IngestConfig config = shared.config();
        Backoff backoff = new Backoff(config.retryFirst(), config.retryMost(), ThreadLocalRandom.current());
        for (boolean again = false; !stopped(); again = true) {
            epoch = shared.epochs().getAsLong();
            sequence = 0;
            if (again) {
                metrics.reconnected.inc();
            }
            status.connecting(epoch, again);
            long started = System.nanoTime();
            try {
                source = Source.of(camera, config, shared.credentials());
                play();
                if (!stopped()) {
                    log.info("{} has been played to its end", source);
                    status.ended();
                }
                return;
            } catch (GrabException e) {
                if (System.nanoTime() - started > LASTED_NANOS) {
                    backoff.reset();
                }
                rest(backoff.next(), e.getMessage());
            } catch (RuntimeException e) {
                log.error("Grabbing failed", e);
                rest(backoff.next(), "Grabbing failed; the log says more.");
            }
        }
    }

    private void rest(Duration wait, String reason) throws InterruptedException {
        if (!stopped()) {
            // Said once: a camera that is away for a week fails the same way every few seconds.
            log.atLevel(reason.equals(lastFailure) ? Level.DEBUG : Level.WARN)
                    .log("Offline, next attempt in {} ms. {}", wait.toMillis(), reason);
            lastFailure = reason;
            status.offline(reason, System.currentTimeMillis() + wait.toMillis());
            stop.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** One connection, or all passes over a file. */
    private void play() throws GrabException, InterruptedException {
        CaptureClock clock = new CaptureClock();
        Pacer pacer = new Pacer(nowMicros());
        Sampler sampler = new Sampler(targetFps);
        boolean recorded;
        do {
            try (Video video = Video.open(source, deadline, shared.config().connectTimeout())) {
                recorded = video.recorded();
                pacer.restart(video.declaredFps());
                if (!pass(video, clock, pacer, sampler) && !stopped()) {
                    throw new GrabException(source + ": holds no picture that can be decoded: truncated or damaged."
                            + " Check it with a player.");
                }
            }
        } while (recorded && !camera.getOnce() && !stopped());
    }

    /** Plays the video to its end; false when there was no picture in it. */
    private boolean pass(Video video, CaptureClock clock, Pacer pacer, Sampler sampler)
            throws GrabException, InterruptedException {
        boolean any = false;
        Duration timeout = shared.config().connectTimeout();
        while (next(video, timeout)) {
            timeout = shared.config().readTimeout();
            any = true;
            long captured;
            if (video.recorded()) {
                captured = pacer.due(video.timestamp(), nowMicros());
                stop.await(captured - nowMicros(), TimeUnit.MICROSECONDS);
            } else {
                captured = clock.at(video.timestamp(), nowMicros());
            }
            if (stopped()) {
                break;
            }
            status.decoded(video.picture().width(), video.picture().height(), video.codec(), captured / 1_000);
            sampler.fps(targetFps);
            if (sampler.take(captured)) {
                publish(video, captured);
            }
        }
        return any;
    }

    private boolean next(Video video, Duration timeout) throws GrabException {
        if (stopped()) {
            return false;
        }
        status.waiting();
        long started = System.nanoTime();
        boolean there = video.next(timeout);
        if (there) {
            metrics.framesDecoded.inc();
            metrics.decode.observe((System.nanoTime() - started) / 1e9);
        }
        return there;
    }

    private void publish(Video video, long captured) {
        if (nowMicros() - captured > LATE_MICROS) {
            // Newer pictures are waiting: the time is better spent on reaching them.
            metrics.drop(Metrics.Drop.LATE);
            return;
        }
        if (!publisher.ready()) {
            return;
        }
        long started = System.nanoTime();
        int width = video.picture().width();
        int height = video.picture().height();
        byte[] bytes = jpeg(width, height).encode(video.picture());
        metrics.encode.observe((System.nanoTime() - started) / 1e9);
        if (stopped()) {
            return;
        }
        publisher.publish(Frame.newBuilder()
                .setId(FrameId.newBuilder()
                        .setCamera(camera.getId())
                        .setEpoch(epoch)
                        .setSequence(sequence++))
                .setCapturedAtMs(captured / 1_000)
                .setWidth(jpeg.size.width())
                .setHeight(jpeg.size.height())
                .setJpeg(UnsafeByteOperations.unsafeWrap(bytes))
                .setSourceWidth(width)
                .setSourceHeight(height)
                .setTargetFps(expectedFps(video.declaredFps()))
                .build());
    }

    /** A stream slower than the target gives what it has. */
    private double expectedFps(double declared) {
        return declared >= 0.1 && declared < targetFps ? declared : targetFps;
    }

    /** The camera's encoder, which changes only when the size of its picture does. */
    private Jpeg jpeg(int width, int height) {
        WorkingSize size = shared.config().workingSize(width, height);
        if (jpeg == null || !jpeg.size.equals(size)) {
            if (jpeg != null) {
                jpeg.close();
            }
            jpeg = new Jpeg(size, shared.config().jpegQuality());
        }
        return jpeg;
    }

    private static long nowMicros() {
        return System.currentTimeMillis() * 1_000;
    }
}
