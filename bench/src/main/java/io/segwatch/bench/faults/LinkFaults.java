package io.segwatch.bench.faults;

import static io.segwatch.bench.faults.Measured.secondsBetween;

import io.segwatch.bench.faults.TopicWatch.Sighting;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.State;
import io.segwatch.v1.Frame;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What befalls the network between a camera and Segwatch, and the camera's clock. */
final class LinkFaults {
    private static final String CAMERA = "fault-link";
    private static final long SPELL_SECONDS = 10;
    private static final long FUTURE_MS = 200;

    static final List<Fault> ALL = List.of(
            new Fault("link-cut", "said within 1 s; pictures within 2 s", 10, over(LinkFaults::cut)),
            new Fault(
                    "link-frozen",
                    "said within 3 s, never live in between; pictures within 2 s of its end",
                    5,
                    over(LinkFaults::frozen)),
            new Fault(
                    "link-delay",
                    "300 ms more: stays connected, 9 of 10 frames and more",
                    3,
                    over(LinkFaults::delayed)),
            new Fault(
                    "link-loss",
                    "3 % of packets: stays connected, 7 of 10 frames and more",
                    3,
                    over(LinkFaults::lossy)),
            new Fault(
                    "timestamps-jump",
                    "an hour on or back: stays connected, no capture time falls or lies in the future",
                    6,
                    over(LinkFaults::jumped)));

    private LinkFaults() {}

    private interface OnLink {
        void run(TestBed bed, FaultyLink link, int round, Measured measured) throws Exception;
    }

    private static Fault.Trial over(OnLink fault) {
        return (bed, rounds, measured) -> {
            try (CameraServer server = new CameraServer(bed.folder());
                    FaultyLink link = new FaultyLink(server.port)) {
                server.start(bed.clip);
                bed.addCamera(CAMERA, CameraServer.url(link.port));
                for (int round = 1; round <= rounds; round++) {
                    TimeUnit.MILLISECONDS.sleep(2_500);
                    fault.run(bed, link, round, measured);
                    bed.progress(String.format("%d of %d done", round, rounds));
                }
            } finally {
                bed.removeCamera(CAMERA);
            }
        };
    }

    private static void cut(TestBed bed, FaultyLink link, int round, Measured measured) throws Exception {
        long cut = System.nanoTime();
        link.cut();
        Sighting<CameraStatus> away = bed.awaitNotLive(CAMERA, cut);
        measured.noticed.add(secondsBetween(cut, away.nanos()));
        measured.back.add(
                secondsBetween(cut, bed.awaitFrame(CAMERA, away.nanos()).nanos()));
        measured.checkNoticed(1, 1);
        measured.checkBack(1, 2);
    }

    private static void frozen(TestBed bed, FaultyLink link, int round, Measured measured) throws Exception {
        long frozen = System.nanoTime();
        link.freeze(true);
        Sighting<CameraStatus> away = bed.awaitNotLive(CAMERA, frozen);
        measured.noticed.add(secondsBetween(frozen, away.nanos()));
        TimeUnit.SECONDS.sleep(SPELL_SECONDS);
        measured.check(
                TopicWatch.first(bed.watch.statuses(CAMERA), away.nanos(), status -> status.getState() == State.LIVE)
                        == null,
                "live while the link was frozen");
        long thawed = System.nanoTime();
        link.freeze(false);
        measured.back.add(secondsBetween(thawed, bed.awaitFrame(CAMERA, thawed).nanos()));
        measured.checkNoticed(1, 3);
        measured.checkBack(1, 2);
    }

    private static void delayed(TestBed bed, FaultyLink link, int round, Measured measured) throws Exception {
        long start = System.nanoTime();
        link.delay(Duration.ofMillis(300));
        TimeUnit.SECONDS.sleep(SPELL_SECONDS);
        long due = SPELL_SECONDS * TestBed.FPS;
        // The delay itself moves three of them beyond the spell.
        long missing = due - 3 - bed.framesSince(CAMERA, start);
        link.delay(Duration.ZERO);
        measured.loseFrames(missing);
        measured.check(missing <= due / 10, missing + " of " + due + " frames lost");
        checkStayed(bed, start, measured);
    }

    private static void lossy(TestBed bed, FaultyLink link, int round, Measured measured) throws Exception {
        long start = System.nanoTime();
        link.loss(0.03);
        TimeUnit.SECONDS.sleep(SPELL_SECONDS);
        long due = SPELL_SECONDS * TestBed.FPS;
        long missing = due - bed.framesSince(CAMERA, start);
        link.loss(0);
        measured.loseFrames(missing);
        measured.check(missing <= due * 3 / 10, missing + " of " + due + " frames lost");
        checkStayed(bed, start, measured);
    }

    private static void jumped(TestBed bed, FaultyLink link, int round, Measured measured) throws Exception {
        long start = System.nanoTime();
        link.timestampOffset(round % 2 == 1 ? Duration.ofHours(1) : Duration.ofHours(-1));
        TimeUnit.SECONDS.sleep(SPELL_SECONDS);
        long last = 0;
        for (Sighting<Frame> frame : bed.watch.frames(CAMERA)) {
            long captured = frame.message().getCapturedAtMs();
            long readAt = System.currentTimeMillis() - (System.nanoTime() - frame.nanos()) / 1_000_000;
            measured.check(captured >= last, "a capture time fell by " + (last - captured) + " ms");
            measured.check(captured <= readAt + FUTURE_MS, "a capture time in the future");
            last = captured;
        }
        long missing = SPELL_SECONDS * TestBed.FPS - 2 - bed.framesSince(CAMERA, start);
        measured.loseFrames(missing);
        checkStayed(bed, start, measured);
    }

    private static void checkStayed(TestBed bed, long start, Measured measured) {
        measured.check(
                TopicWatch.first(
                                bed.watch.statuses(CAMERA),
                                start,
                                status -> status.getState() == State.OFFLINE || status.getState() == State.CONNECTING)
                        == null,
                "the connection ended");
    }
}
