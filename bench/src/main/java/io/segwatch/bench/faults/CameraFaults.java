package io.segwatch.bench.faults;

import static io.segwatch.bench.faults.Measured.secondsBetween;

import io.segwatch.bench.faults.TopicWatch.Sighting;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.State;
import io.segwatch.v1.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What befalls a camera itself. */
final class CameraFaults {
    private static final String CAMERA = "fault-camera";
    private static final int MOST_MS_AWAY = 8_000;
    private static final long LIVES_MS = 2_500;

    static final List<Fault> ALL = List.of(
            new Fault(
                    "camera-killed",
                    "said within 1 s, pictures within 2 s of its return, 19 of 20 times",
                    100,
                    CameraFaults::killed),
            new Fault(
                    "camera-frozen",
                    "said within 3 s, never live in between; pictures within 2 s of its return",
                    10,
                    CameraFaults::frozen),
            new Fault(
                    "camera-other-size",
                    "goes on with the new size within 2 s of its return",
                    5,
                    (bed, rounds, measured) -> restarted(bed, rounds, measured, "h264", 448, 256)),
            new Fault(
                    "camera-other-codec",
                    "goes on with the new codec within 2 s of its return",
                    5,
                    (bed, rounds, measured) -> restarted(bed, rounds, measured, "mpeg4", 320, 192)));

    private CameraFaults() {}

    private static CameraServer serve(TestBed bed) throws IOException, InterruptedException {
        CameraServer server = new CameraServer(bed.folder());
        server.start(bed.clip);
        bed.addCamera(CAMERA, server.url());
        return server;
    }

    private static void killed(TestBed bed, int rounds, Measured measured) throws Exception {
        try (CameraServer server = serve(bed)) {
            for (int round = 1; round <= rounds; round++) {
                TimeUnit.MILLISECONDS.sleep(LIVES_MS + bed.random.nextInt(1_000));
                long cut = System.nanoTime();
                server.kill();
                double noticed =
                        secondsBetween(cut, bed.awaitNotLive(CAMERA, cut).nanos());
                int away = bed.random.nextInt(MOST_MS_AWAY);
                TimeUnit.MILLISECONDS.sleep(away);
                long asleep = System.nanoTime();
                server.start(bed.clip);
                long up = System.nanoTime();
                double back = secondsBetween(up, bed.awaitFrame(CAMERA, asleep).nanos());
                add(bed, measured, "camera-killed", round, noticed, back);
            }
            measured.checkNoticed(0.95, 1);
            measured.checkBack(0.95, 2);
        } finally {
            bed.removeCamera(CAMERA);
        }
    }

    private static void add(TestBed bed, Measured measured, String name, int round, double noticed, double back) {
        measured.noticed.add(noticed);
        measured.back.add(back);
        bed.progress(String.format(
                "%s %d of %d: noticed after %.2f s, back after %.2f s", name, round, measured.rounds, noticed, back));
    }

    private static void frozen(TestBed bed, int rounds, Measured measured) throws Exception {
        try (CameraServer server = serve(bed)) {
            for (int round = 1; round <= rounds; round++) {
                TimeUnit.MILLISECONDS.sleep(LIVES_MS);
                long frozen = System.nanoTime();
                server.freeze();
                Sighting<CameraStatus> away = bed.awaitNotLive(CAMERA, frozen);
                // Beyond the read timeout, every other time.
                TimeUnit.SECONDS.sleep(round % 2 == 0 ? 2 : 12);
                long thawed = System.nanoTime();
                measured.check(
                        TopicWatch.first(
                                        bed.watch.statuses(CAMERA),
                                        away.nanos(),
                                        status -> status.getState() == State.LIVE)
                                == null,
                        "live while it was frozen");
                server.thaw();
                add(
                        bed,
                        measured,
                        "camera-frozen",
                        round,
                        secondsBetween(frozen, away.nanos()),
                        secondsBetween(thawed, bed.awaitFrame(CAMERA, thawed).nanos()));
            }
            measured.checkNoticed(1, 3);
            measured.checkBack(1, 2);
        } finally {
            bed.removeCamera(CAMERA);
        }
    }

    private static void restarted(TestBed bed, int rounds, Measured measured, String codec, int width, int height)
            throws Exception {
        Clip other = Clip.draw(bed.folder().resolve("other-" + codec + ".mp4"), codec, width, height, TestBed.FPS, 120);
        try (CameraServer server = serve(bed)) {
            for (int round = 1; round <= rounds; round++) {
                Clip next = round % 2 == 1 ? other : bed.clip;
                int nextWidth = round % 2 == 1 ? width : 320;
                TimeUnit.MILLISECONDS.sleep(LIVES_MS);
                long cut = System.nanoTime();
                server.kill();
                double noticed =
                        secondsBetween(cut, bed.awaitNotLive(CAMERA, cut).nanos());
                long asleep = System.nanoTime();
                server.start(next);
                long up = System.nanoTime();
                Sighting<Frame> frame = bed.awaitFrame(CAMERA, asleep);
                measured.check(
                        frame.message().getSourceWidth() == nextWidth,
                        "a picture of " + frame.message().getSourceWidth() + " pixels across, not " + nextWidth);
                add(bed, measured, "restarted", round, noticed, secondsBetween(up, frame.nanos()));
                Waiting.until(
                        "the codec is shown",
                        Duration.ofSeconds(10),
                        () -> TopicWatch.first(
                                        bed.watch.statuses(CAMERA),
                                        asleep,
                                        status -> status.getCodec().equals(next.codec()))
                                != null);
            }
            measured.checkBack(1, 2);
        } finally {
            bed.removeCamera(CAMERA);
            Files.deleteIfExists(other.file());
        }
    }
}
