package io.segwatch.ingest;

import io.segwatch.kafka.Sender;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * One camera's thread: connects, decodes, samples, scales, encodes, publishes; and reconnects when the camera fails.
 * Native objects belong to this thread alone, so that a call that never returns blocks no other camera.
 */
final class Grabber {
    /** What all grabbers of an instance share. One that sees {@code leased} false is over. */
    record Context(
            IngestConfig config,
            Credentials credentials,
            Sender<Frame> sender,
            LongSupplier epochs,
            String instance,
            BooleanSupplier leased) {}

    private static final Logger log = LoggerFactory.getLogger(Grabber.class);
    /** Of a slower camera, a picture's two fields are made whole without the next picture. */
    private static final double ALONE_FPS = 2;

    private static final long LATE_MICROS = 1_000_000;
    private static final Duration PREDECESSOR_TIMEOUT = Duration.ofSeconds(5);

    private final Context context;
    private final Status status;
    private final IngestMetrics metrics;
    private final FramePublisher publisher;
    private final Deadline deadline;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private final WantedPictures wanted = new WantedPictures();
    private volatile Camera camera;

    private InputSpec source;
    private final PublishedPictures pictures;
    private long epoch;
    private long sequence;
    private String lastFailure = "";
    /** Whether the last connection gave one picture alone, which mostly shows at its end only. */
    private boolean still;

    private final RetryPause pause;
    private final Patience patience;
    private long asked; // for the next picture, System.nanoTime()
    private long waited; // for the newest picture, microseconds

    Grabber(Camera camera, Context context, Status status, Grabber predecessor) {
        this.camera = camera;
        this.context = context;
        this.status = status;
        this.metrics = new IngestMetrics(camera.getId());
        this.publisher = new FramePublisher(context.sender(), context.config().inFlight(), metrics, status);
        this.pictures = new PublishedPictures(context.config(), metrics);
        this.pause = new RetryPause(context.config());
        this.deadline = new Deadline(context.config().pictureBytes().bytes());
        this.patience = new Patience(context.config());
        this.thread = new Thread(() -> run(predecessor), "camera-" + camera.getId());
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Takes what does not need a new connection from this definition, from the next frame on. */
    void change(Camera changed) {
        camera = changed;
        status.wanted(targetFps());
    }

    /** The next picture, in the camera's own size. */
    void wanted(CompletableFuture<Frame> picture) {
        wanted.add(picture);
    }

    /** Whether {@code now} is read over the same connection as {@code old}. */
    static boolean sameConnection(Camera old, Camera now) {
        return now.getConnectAtMs() <= old.getConnectAtMs()
                && old.getUrl().equals(now.getUrl())
                && old.getCredentials().equals(now.getCredentials())
                && old.getTls().equals(now.getTls())
                && old.getOnce() == now.getOnce()
                && old.getStream().getTransport() == now.getStream().getTransport()
                && old.getStream().getOptionsMap().equals(now.getStream().getOptionsMap());
    }

    private double targetFps() {
        double fps = camera.getTargetFps();
        return fps > 0 ? fps : context.config().targetFps();
    }

    private Camera.Stream set() {
        return camera.getStream();
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

    boolean ended() {
        return !thread.isAlive();
    }

    /** Whether it ends; looked at before each frame, because a process may have stood still for any time. */
    boolean stopped() {
        if (!context.leased().getAsBoolean()) {
            stop.countDown();
        }
        return stop.getCount() == 0;
    }

    private void run(Grabber predecessor) {
        MDC.put("camera", camera.getId());
        try (deadline) {
            // A device can be opened only once, and a camera may allow few connections.
            if (predecessor != null && !predecessor.join(PREDECESSOR_TIMEOUT)) {
                log.warn("The previous connection does not end; the camera is opened without waiting for it");
            }
            grab();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            pictures.close();
        }
    }

    private void grab() throws InterruptedException {
        for (boolean again = false; !stopped(); again = true) {
            epoch = context.epochs().getAsLong();
            sequence = 0;
            if (again) {
                metrics.reconnected.inc();
            }
            status.wanted(targetFps());
            status.connecting(epoch, again);
            try {
                source = InputSpec.of(camera, context.config(), context.credentials());
                play();
                if (!stopped()) {
                    log.info("{} has been played to its end", source);
                    status.ended();
                }
                return;
            } catch (GrabException e) {
                showCertificate();
                waitBeforeRetry(pause.after(e.retry, System.nanoTime()), e.getMessage());
            } catch (RuntimeException e) {
                log.error("Grabbing failed", e);
                waitBeforeRetry(
                        pause.after(GrabException.Retry.LATER, System.nanoTime()),
                        "Grabbing failed. The log of this process has the cause.");
            }
        }
    }

    private void waitBeforeRetry(long waitMs, String reason) throws InterruptedException {
        if (!stopped()) {
            // Warned once: a camera that is away for a week fails the same way every few seconds.
            log.atLevel(reason.equals(lastFailure) ? Level.DEBUG : Level.WARN)
                    .log("Offline, next attempt in {} ms. {}", waitMs, reason);
            lastFailure = reason;
            status.offline(reason, System.currentTimeMillis() + waitMs);
            stop.await(waitMs, TimeUnit.MILLISECONDS);
        }
    }

    /** One connection, or all passes over a file. */
    private void play() throws GrabException, InterruptedException {
        PlaybackClock playbackClock = new PlaybackClock(nowMicros());
        Sampler sampler = new Sampler(targetFps());
        boolean again;
        still = false;
        do {
            long opened = nowMicros();
            patience.connected();
            try (VideoReader video =
                    VideoReader.open(source, deadline, patience.connect(set()), () -> !wanted.isEmpty())) {
                showCertificate();
                playbackClock.restart(video.declaredFps());
                pass(video, playbackClock, sampler);
                // Of a picture without a declared length this shows at its end.
                still = video.still();
                again = video.recorded() || still;
            }
            if (still) {
                await(opened + stillInterval());
            }
        } while (again && !camera.getOnce() && !stopped());
    }

    private void showCertificate() {
        if (source != null) {
            status.encryption(source.tls.seen());
        }
    }

    private long stillInterval() {
        int ms = set().getIntervalMs();
        return ms == 0 ? Math.round(1e6 / targetFps()) : ms * 1_000L;
    }

    /** Plays the video to its end. */
    private void pass(VideoReader video, PlaybackClock playbackClock, Sampler sampler)
            throws GrabException, InterruptedException {
        CaptureClock captureClock = new CaptureClock(video.segmented());
        BurstClock burstClock = new BurstClock();
        Duration timeout = patience.connect(set());
        while (next(video, timeout)) {
            timeout = patience.limit(set());
            long timestamp = video.timestamp();
            long now = nowMicros();
            long captured = video.recorded()
                    ? playbackClock.due(timestamp, now)
                    : timestamp == Long.MIN_VALUE ? burstClock.due(now, waited) : captureClock.due(timestamp, now);
            await(captured);
            if (stopped()) {
                break;
            }
            PictureShape shape = video.shape(set());
            status.decoded(shape, video, wallMs(captured), note(video));
            if (!wanted.isEmpty()) {
                wanted.answer(video.picture(), shape, camera, wallMs(captured));
            }
            sampler.fps(targetFps());
            if (sampler.take(captured)) {
                status.due();
                publish(video, shape, captured);
            }
            if (timestamp != Long.MIN_VALUE) {
                video.want(timestamp + sampler.next() - captured, sampler.interval(), this::skipped);
            }
        }
        if (video.recorded() && video.decoder().skippedTo() > video.timestamp() && !stopped()) {
            // It lasts as long as if all of it were shown.
            await(playbackClock.due(video.decoder().skippedTo(), nowMicros()));
        }
    }

    /** A picture has come and is not decoded. */
    private void skipped() {
        status.skipped(patience.stall(set()));
        metrics.framesSkipped.inc();
        arrived();
    }

    private void arrived() {
        long now = System.nanoTime();
        pause.picture(now);
        patience.picture(now - asked);
        waited = (now - asked) / 1_000;
        asked = now;
    }

    private boolean next(VideoReader video, Duration timeout) throws GrabException {
        if (stopped()) {
            return false;
        }
        status.waiting(patience.stall(set()));
        long started = System.nanoTime();
        asked = started;
        boolean there;
        try {
            there = video.next(timeout, set().getDeinterlace(), patience.fps() < ALONE_FPS);
        } catch (GrabException e) {
            if (System.nanoTime() - asked >= timeout.toNanos()) {
                patience.ranOut(set());
            }
            throw e;
        }
        if (there) {
            arrived();
            metrics.framesDecoded.inc();
            metrics.decode.observe((System.nanoTime() - started) / 1e9);
        }
        return there;
    }

    private String note(VideoReader video) {
        String slow = video.recorded() ? "" : patience.note(set());
        return slow.isEmpty() ? video.decoder().note() : slow;
    }

    private void publish(VideoReader video, PictureShape shape, long captured) {
        if (nowMicros() - captured > LATE_MICROS) {
            // The decoder is behind: the time goes to newer pictures.
            publisher.drop(IngestMetrics.Drop.LATE);
            return;
        }
        if (!publisher.ready()) {
            return;
        }
        Frame.Builder frame = pictures.frame(video.picture(), shape, camera.getPrivacyMasksList());
        if (stopped()) {
            return;
        }
        publisher.publish(frame.setId(FrameId.newBuilder()
                        .setCamera(camera.getId())
                        .setEpoch(epoch)
                        .setSequence(sequence++))
                .setCapturedAtMs(wallMs(captured))
                .setTargetFps(expectedFps(video))
                .build());
    }

    /** The rate at which frames are expected: the target, unless the camera sends fewer. */
    private double expectedFps(VideoReader video) {
        double declared = video.declaredFps() >= 0.1 ? video.declaredFps() : Double.POSITIVE_INFINITY;
        double sent = video.recorded() ? declared : Math.min(declared, patience.fps());
        return Math.min(targetFps(), still || video.still() ? 1e6 / stillInterval() : sent);
    }

    private void await(long micros) throws InterruptedException {
        stop.await(micros - nowMicros(), TimeUnit.MICROSECONDS);
    }

    /** Monotonic: somebody who sets this machine's clock neither stops a camera nor makes its pictures late. */
    private static long nowMicros() {
        return System.nanoTime() / 1_000;
    }

    private static long wallMs(long micros) {
        return System.currentTimeMillis() + Math.round((micros - nowMicros()) / 1e3);
    }
}
