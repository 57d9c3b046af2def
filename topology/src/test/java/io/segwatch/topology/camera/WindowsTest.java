package io.segwatch.topology.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.segwatch.topology.camera.Windows.SeriesValue;
import io.segwatch.v1.Area;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WindowsTest {
    private static final long HOUR = 3_600_000;
    private static final long START = 472_222 * HOUR;
    private static final long GRACE = 2_000;

    private final List<Area> areas = new ArrayList<>();
    private Windows windows = new Windows("gate", GRACE);

    @Test
    void sumsUpASecond() {
        for (int i = 0; i < 31; i++) {
            add(i, START + i * 100, i < 10 ? i / 100.0 : 0.5);
        }

        assertThat(areas).hasSize(1);
        Area area = areas.get(0);
        assertThat(area.getWindowStartMs()).isEqualTo(START);
        assertThat(area.getWindowMs()).isEqualTo(1_000);
        assertThat(area.getMin()).isZero();
        assertThat(area.getMean()).isCloseTo(0.045, within(1e-12));
        assertThat(area.getMax()).isEqualTo(0.09);
        assertThat(area.getLast()).isEqualTo(0.09);
        assertThat(area.getFramesSeen()).isEqualTo(10);
        assertThat(area.getFramesExpected()).isEqualTo(10);
        assertThat(area.getFinal()).isTrue();
        assertThat(area.getZone()).isEqualTo("door");
        assertThat(area.getZoneVersion()).isEqualTo(3);
    }

    @Test
    void waitsForOutOfOrderFramesUntilTheGraceIsOver() {
        add(0, START, 0.1);
        add(2, START + 2_999, 0.3);
        assertThat(add(1, START + 999, 0.2)).isEqualTo(CameraProcessor.Arrival.COUNTED);
        assertThat(areas).isEmpty();
        add(3, START + 3_000, 0.3);
        assertThat(add(1, START + 500, 0.2)).isEqualTo(CameraProcessor.Arrival.LATE);

        assertThat(areas).extracting(Area::getLast).containsExactly(0.2);
    }

    @Test
    void countsARepeatedFrameOnce() {
        add(0, START, 0.1);

        assertThat(add(0, START, 0.1)).isEqualTo(CameraProcessor.Arrival.REPEATED);
        // Another frame of the same millisecond is none.
        assertThat(add(1, START, 0.3)).isEqualTo(CameraProcessor.Arrival.COUNTED);
        assertThat(add(1, START, 0.3)).isEqualTo(CameraProcessor.Arrival.REPEATED);
        windows.advance(START + 10_000, areas::add);

        assertThat(areas.get(0).getFramesSeen()).isEqualTo(2);
    }

    @Test
    void expectsTheFramesThatSequenceNumbersSayAreMissing() {
        // 10 fps; frames 3..6 of the first second were skipped.
        for (int i = 0; i < 40; i++) {
            if (i < 3 || i > 6) {
                add(i, START + i * 100, 0.1);
            }
        }

        assertThat(areas.get(0).getFramesSeen()).isEqualTo(6);
        assertThat(areas.get(0).getFramesExpected()).isEqualTo(10);
    }

    @Test
    void sharesTheMissingFramesOutOverTheSecondsTheyFallInto() {
        add(0, START + 500, 0.1);
        add(20, START + 2_500, 0.1);
        windows.advance(START + 10_000, areas::add);

        assertThat(seconds()).extracting(Area::getFramesSeen).containsExactly(1, 1);
        // Before the first frame and after the last one the frame rate alone counts.
        assertThat(seconds()).extracting(Area::getFramesExpected).containsExactly(5 + 5, 5 + 5);
    }

    @Test
    void expectsFramesDuringAPauseThatLeavesNoGapInTheSequence() {
        add(0, START, 0.1);
        add(1, START + 1_500, 0.1);
        windows.advance(START + 10_000, areas::add);

        assertThat(seconds().get(0).getFramesExpected()).isEqualTo(10);
    }

    @Test
    void takesASlowerCameraForComplete() {
        for (int i = 0; i < 20; i++) {
            add(i, START + i * 200, 0.1);
        }

        assertThat(areas.get(0).getFramesSeen()).isEqualTo(5);
        assertThat(areas.get(0).getFramesExpected()).isEqualTo(5);
    }

    @Test
    void neverCallsALongWindowCompleteThatHasEmptySeconds() {
        add(0, START, 0.1);
        add(1, START + 9_000, 0.3);
        windows.advance(START + 20_000, areas::add);

        Area ten = areas.stream()
                .filter(area -> area.getWindowMs() == 10_000)
                .findFirst()
                .orElseThrow();
        assertThat(ten.getFramesSeen()).isEqualTo(2);
        assertThat(ten.getFramesExpected()).isEqualTo(100);
        assertThat(ten.getMean()).isCloseTo(0.2, within(1e-12));
        assertThat(ten.getLast()).isEqualTo(0.3);
    }

    @Test
    void publishesMinutesAndHoursBeforeTheyCloseAndSaysSo() {
        for (int i = 0; i < 10 * 125; i++) {
            add(i, START + i * 100L, 0.1);
        }

        assertThat(areas.stream().filter(area -> area.getWindowMs() == 60_000).map(Area::getFinal))
                .startsWith(false, false, false, false, false, true)
                .filteredOn(last -> last)
                .hasSize(2);
        assertThat(areas.stream().filter(area -> area.getWindowMs() == HOUR))
                .hasSize(2)
                .noneMatch(Area::getFinal)
                .extracting(Area::getFramesSeen)
                .containsExactly(600, 1_200);
        assertThat(areas.stream().filter(area -> area.getWindowMs() == 10_000)).allMatch(Area::getFinal);
    }

    @Test
    void aWindowInWhichTheModelChangesSaysSoAlsoAfterARestart() {
        add(0, START, 0.1);
        add(1, START + 1_000, 0.1);
        SavedState saved = new SavedState();
        windows.saveChanges(saved);
        windows = new Windows("gate", GRACE);
        saved.loadInto(windows::load);
        add(2, START + 1_500, 0.2, "b@1");
        add(3, START + 2_000, 0.2, "b@1");
        add(4, START + 70_000, 0.2, "b@1");
        windows.finish(areas::add);

        assertThat(seconds())
                .filteredOn(Area::getMixedModels)
                .extracting(Area::getWindowStartMs)
                .containsExactly(START + 1_000);
        assertThat(areas)
                .filteredOn(area -> area.getFinal() && area.getWindowMs() == 10_000)
                .extracting(Area::getMixedModels)
                .containsExactly(true, false);
        assertThat(areas)
                .filteredOn(area -> area.getFinal() && area.getWindowMs() == HOUR)
                .extracting(Area::getMixedModels)
                .containsExactly(true);
    }

    @Test
    void endsABackfillsSecondsWithoutTouchingLongerWindows() {
        windows = Windows.ofSeconds("gate", GRACE);
        add(0, START, 0.1);
        add(1, START + 1_000, 0.1);
        windows.finish(areas::add);

        assertThat(areas).extracting(Area::getWindowMs).containsExactly(1_000L, 1_000L);
        assertThat(windows.isIdle()).isTrue();
    }

    /** Any order within the grace, gaps, repeats and pauses; saved and loaded between frames. */
    @Test
    void sumsUpAsAPlainReferenceDoes() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            areas.clear();
            windows = new Windows("gate", GRACE);
            List<long[]> frames = frames(random);
            SavedState saved = new SavedState();
            for (long[] frame : frames) {
                add((int) frame[0], frame[1], frame[2] / 1_000.0);
                if (random.nextInt(8) == 0) {
                    windows.saveChanges(saved);
                    windows = new Windows("gate", GRACE);
                    saved.loadInto(windows::load);
                }
            }
            windows.advance(START + 10 * HOUR, areas::add);

            assertThat(windows.isIdle()).isTrue();
            assertThat(areas.stream()
                            .filter(Area::getFinal)
                            .map(WindowsTest::summary)
                            .sorted())
                    .as("seed %d", seed)
                    .isEqualTo(reference(frames).stream().sorted().toList());
            assertThat(areas).allMatch(area -> area.getFramesSeen() <= area.getFramesExpected());
        }
    }

    /** Sequence number, time, value in thousandths; shuffled by less than the grace, and partly repeated. */
    private static List<long[]> frames(Random random) {
        List<long[]> frames = new ArrayList<>();
        long at = START + random.nextInt((int) HOUR);
        for (int i = 0; i < 400; i++) {
            at += 100 + (random.nextInt(60) == 0 ? random.nextInt(100_000) : random.nextInt(20));
            if (random.nextInt(10) > 0) {
                frames.add(new long[] {i, at, random.nextInt(1_000)});
            }
        }
        List<long[]> delivered = new ArrayList<>(frames);
        frames.stream().filter(frame -> random.nextInt(20) == 0).forEach(delivered::add);
        Map<long[], Long> delay = new java.util.IdentityHashMap<>();
        delivered.sort(Comparator.comparingLong(frame ->
                frame[1] + delay.computeIfAbsent(frame, any -> (long) random.nextInt((int) GRACE - 1))));
        return delivered;
    }

    private static List<String> reference(List<long[]> frames) {
        Map<Integer, long[]> distinct = new TreeMap<>();
        frames.forEach(frame -> distinct.put((int) frame[0], frame));
        List<String> summaries = new ArrayList<>();
        for (long length : new long[] {1_000, 10_000, 60_000, HOUR}) {
            Map<Long, List<long[]>> windows = new TreeMap<>();
            distinct.values()
                    .forEach(frame -> windows.computeIfAbsent(frame[1] / length * length, any -> new ArrayList<>())
                            .add(frame));
            windows.forEach((start, inside) -> {
                inside.sort(Comparator.comparingLong(frame -> frame[1]));
                summaries.add(summary(
                        start,
                        length,
                        inside.stream().mapToLong(frame -> frame[2]).min().orElseThrow() / 1_000.0,
                        inside.stream()
                                .mapToDouble(frame -> frame[2] / 1_000.0)
                                .average()
                                .orElseThrow(),
                        inside.stream().mapToLong(frame -> frame[2]).max().orElseThrow() / 1_000.0,
                        inside.get(inside.size() - 1)[2] / 1_000.0,
                        inside.size()));
            });
        }
        return summaries;
    }

    private static String summary(Area area) {
        return summary(
                area.getWindowStartMs(),
                area.getWindowMs(),
                area.getMin(),
                area.getMean(),
                area.getMax(),
                area.getLast(),
                area.getFramesSeen());
    }

    private static String summary(long start, long length, double min, double mean, double max, double last, int seen) {
        return String.format(
                java.util.Locale.ROOT, "%d+%d %.3f %.9f %.3f %.3f %d", start, length, min, mean, max, last, seen);
    }

    private CameraProcessor.Arrival add(int sequence, long atMs, double share) {
        return add(sequence, atMs, share, "a@1");
    }

    private CameraProcessor.Arrival add(int sequence, long atMs, double share, String model) {
        return windows.add(
                atMs,
                Observation.newBuilder()
                        .setFrame(FrameId.newBuilder()
                                .setCamera("gate")
                                .setEpoch(1)
                                .setSequence(sequence))
                        .setModel(model)
                        .setTargetFps(10)
                        .build(),
                List.of(new SeriesValue("door", 3, "person", share, 0.5)),
                areas::add);
    }

    private List<Area> seconds() {
        return areas.stream().filter(area -> area.getWindowMs() == 1_000).toList();
    }
}
