package io.segwatch.ingest;

import com.google.protobuf.UnsafeByteOperations;
import io.segwatch.contracts.WorkingSize;
import io.segwatch.failure.FatalErrors;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries cameras before they are defined: as they would be read, under the same rules of where a camera may be, for one
 * picture. A few at a time, each for seconds. Threadsafe.
 */
public final class CameraTests {
    private static final Logger log = LoggerFactory.getLogger(CameraTests.class);
    private static final int AT_ONCE = 2;
    private static final Duration MOST = Duration.ofSeconds(15);
    /** Looking up a host's name is bounded by the system alone. */
    private static final Duration ANSWER_WITHIN = MOST.multipliedBy(2);

    private static final Duration RATE_WITHIN = Duration.ofMillis(1_500);
    private static final double DECLARED = 0.1;

    private final IngestConfig config;
    private final Semaphore places = new Semaphore(AT_ONCE);

    public CameraTests(IngestConfig config) {
        NativeLog.install();
        this.config = config;
    }

    /**
     * How the camera answers, within half a minute; never fails.
     *
     * @param credentials what the camera names is looked up there
     */
    public CompletionStage<CameraTest> test(Camera camera, Credentials credentials) {
        if (!places.tryAcquire()) {
            return CompletableFuture.completedStage(
                    failed("Others are being tried just now; try again in some seconds."));
        }
        CompletableFuture<CameraTest> answer = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        answer.complete(look(camera, credentials));
                    } catch (Throwable e) {
                        FatalErrors.endIfFatal(e);
                        log.error("A camera could not be tried", e);
                        answer.complete(failed("It could not be tried. The log of this process has the cause."));
                    } finally {
                        places.release();
                    }
                },
                "camera-test");
        thread.setDaemon(true);
        thread.start();
        return answer.completeOnTimeout(
                failed("It did not answer within " + ANSWER_WITHIN.toSeconds() + " s. Check the host's name."),
                ANSWER_WITHIN.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static CameraTest failed(String reason) {
        return CameraTest.newBuilder().setReason(reason).build();
    }

    private CameraTest look(Camera camera, Credentials credentials) {
        InputSpec source = null;
        CameraTest.Builder test = CameraTest.newBuilder();
        try (Deadline deadline = new Deadline(config.pictureBytes().bytes())) {
            source = InputSpec.of(camera, config, credentials);
            look(camera, source, deadline, test);
        } catch (GrabException e) {
            test.setReason(e.getMessage());
        }
        if (source != null && !source.tls.seen().equals(CameraStatus.Encryption.getDefaultInstance())) {
            test.setEncryption(source.tls.seen());
        }
        return test.build();
    }

    private void look(Camera camera, InputSpec source, Deadline deadline, CameraTest.Builder test)
            throws GrabException {
        Camera.Stream set = camera.getStream();
        Duration asked = new Patience(config).connect(set);
        Duration limit = asked.compareTo(MOST) < 0 ? asked : MOST;
        long started = System.nanoTime();
        try (VideoReader video = VideoReader.open(source, deadline, limit)) {
            if (!video.next(limit, set.getDeinterlace(), true)) {
                throw new GrabException("It has no picture. Check that the address names a video.");
            }
            test.setFirstPictureMs((System.nanoTime() - started) / 1_000_000);
            PictureShape shape = video.shape(set);
            WorkingSize size = config.workingSize(shape.width(), shape.height());
            try (JpegEncoder encoder = new JpegEncoder(size, shape.orientation(), config.jpegQuality())) {
                byte[] jpeg = encoder.encode(video.picture(), camera.getPrivacyMasksList());
                test.setJpeg(UnsafeByteOperations.unsafeWrap(jpeg));
            }
            test.setWorks(true)
                    .setWidth(shape.width())
                    .setHeight(shape.height())
                    .setCodec(video.codec())
                    .setFps(fps(video, set));
        }
    }

    /** As declared, else as pictures come for a moment. */
    private static double fps(VideoReader video, Camera.Stream set) {
        if (video.declaredFps() >= DECLARED || video.still() || video.recorded()) {
            return video.declaredFps();
        }
        long started = System.nanoTime();
        int pictures = 0;
        try {
            while (System.nanoTime() - started < RATE_WITHIN.toNanos()
                    && video.next(RATE_WITHIN, set.getDeinterlace(), true)) {
                pictures++;
            }
        } catch (GrabException e) {
            // It has shown a picture; the rate is only told where it is known.
        }
        return pictures * 1e9 / Math.max(1, System.nanoTime() - started);
    }
}
