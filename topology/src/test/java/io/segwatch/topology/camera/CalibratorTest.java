package io.segwatch.topology.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Point;
import io.segwatch.v1.Query;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CalibratorTest {
    private static final long START = 1_700_006_400_000L;
    private static final long SPAN_MS = 3_600_000;
    private static final CameraProcessor.Options OPTIONS =
            new CameraProcessor.Options(2_000, 5_000, 30_000, 5_000, SPAN_MS, 8, 0.25, 0.15);
    private static final ZoneId UTC = ZoneId.of("UTC");

    private final Random random = new Random(5);
    private final TreeMap<String, Calibration> published = new TreeMap<>();
    private final List<String> publishedKeys = new ArrayList<>();
    private final SavedState saved = new SavedState();
    private Calibrator calibrator = new Calibrator("gate", OPTIONS);
    private Zones zones = new Zones(Camera.getDefaultInstance());
    private Map<String, Query> queries = Map.of("person", query("person"));
    private List<AcceptedBaseline> accepted = List.of();
    private String model = "m11";
    private long second;

    @Test
    void describesWhatAQueryShows() {
        follow();
        seconds(1_200, 0.1, 0.8);

        Calibration calibration = published.get("gate//person");
        assertThat(calibration.getSinceMs()).isEqualTo(START);
        assertThat(calibration.getShare().getSamples()).isBetween(1_000L, 1_200L);
        assertThat(calibration.getShare().getAbsent()).isCloseTo(0.5, within(0.05));
        // Half of the frames are empty, the others lie around 10 %.
        assertThat(calibration.getShare().getQuantilesList().get(3)).isZero();
        assertThat(calibration.getShare().getQuantilesList().get(5)).isCloseTo(0.1, within(0.02));
        assertThat(calibration.getShare().getSuggestedEnter()).isBetween(0.01, 0.08);
        assertThat(calibration.getShare().getSuggestedExit())
                .isLessThan(calibration.getShare().getSuggestedEnter());
        assertThat(calibration.getShare().getHistogramList().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(calibration.getShare().getSamples());
        assertThat(calibration.getPeakProbability().getQuantilesList().get(4)).isCloseTo(0.8, within(0.05));
        assertThat(calibration.getDriftKnown()).isFalse();
    }

    @Test
    void takesOneFrameASecond() {
        follow();
        for (int i = 0; i < 1_200; i++) {
            sample(START + i * 100L, 0.1, 0.8);
        }

        assertThat(published.get("gate//person").getShare().getSamples()).isBetween(50L, 120L);
    }

    @Test
    void driftsFromItsFirstCompleteSpanAndComesBackWhenTheNewIsAccepted() {
        follow();
        seconds(3_700, 0.1, 0.8);
        assertThat(published.get("gate//person").getBaselineAtMs()).isGreaterThan(START + SPAN_MS - 1);
        assertThat(published.get("gate//person").getBaselineAccepted()).isFalse();
        assertThat(calibrator.drift("person")).isLessThan(0.1);

        // The scores sink, as after a change of the light.
        seconds(5_000, 0.1, 0.5);
        assertThat(published.get("gate//person").getDrifted()).isTrue();
        assertThat(published.get("gate//person").getDrift()).isGreaterThan(0.8);
        assertThat(published.get("gate//person").getShare().getDrift()).isLessThan(0.1);

        accepted = List.of(AcceptedBaseline.newBuilder()
                .setCamera("gate")
                .setQuery("person")
                .setAcceptedAtMs(now())
                .build());
        follow();
        seconds(61, 0.1, 0.5);
        assertThat(published.get("gate//person").getDrifted()).isFalse();
        assertThat(published.get("gate//person").getBaselineAccepted()).isTrue();
        assertThat(calibrator.drift("person")).isLessThan(0.1);
    }

    @Test
    void saysNothingAboutDriftFromAFewFrames() {
        follow();
        seconds(3_700, 0.1, 0.8);
        // A night of silence, then nine minutes.
        second += 40_000;
        seconds(540, 0.1, 0.2);

        assertThat(calibrator.drift("person")).isNaN();
        seconds(200, 0.1, 0.2);
        assertThat(calibrator.drift("person")).isGreaterThan(0.5);
    }

    @Test
    void tellsTheChangeAgainstTheSameHourOfTheDayBefore() {
        follow();
        seconds(3_600, 0.1, 0.8);
        assertThat(calibrator.zScore("", "person", now(), 0.3)).isNaN();
        second += 23 * 3_600;
        seconds(121, 0.1, 0.8);

        // Half of the hour's frames were empty, the others at 10 %: 5 % with a deviation of 5 %.
        assertThat(calibrator.zScore("", "person", now(), 0.3)).isCloseTo(5, within(0.4));
        assertThat(calibrator.zScore("", "person", now(), 0)).isCloseTo(-1, within(0.1));
        assertThat(published.get("gate//person").getUsualKnown()).isTrue();
        assertThat(published.get("gate//person").getUsualMean()).isCloseTo(0.05, within(0.005));
    }

    @Test
    void startsAnewWhenTheQueryLooksForOtherWordsButNotWhenItsColourChanges() {
        follow();
        seconds(1_200, 0.1, 0.8);
        queries =
                Map.of("person", query("person").toBuilder().setColor("#ff0000").build());
        follow();
        seconds(61, 0.1, 0.8);
        assertThat(published.get("gate//person").getSinceMs()).isEqualTo(START);

        queries =
                Map.of("person", query("person").toBuilder().addSynonyms("man").build());
        follow();
        long changed = now();
        seconds(120, 0.1, 0.8);
        assertThat(published.get("gate//person").getSinceMs()).isEqualTo(changed);
    }

    @Test
    void startsAnewWhenAnotherModelObserves() {
        follow();
        seconds(3_700, 0.1, 0.8);
        calibrator.saveChanges(saved);
        assertThat(published.get("gate//person").getModel()).isEqualTo("m11");
        assertThat(published.get("gate//person").getBaselineAtMs()).isPositive();

        model = "m12";
        long changed = now();
        seconds(1, 0.1, 0.5);
        assertThat(calibrator.zScore("", "person", now(), 0.3)).isNaN();
        seconds(40, 0.1, 0.5);
        calibrator.saveChanges(saved);
        restart();
        seconds(140, 0.1, 0.5);
        calibrator.saveChanges(saved);

        Calibration calibration = published.get("gate//person");
        assertThat(calibration.getModel()).isEqualTo("m12");
        assertThat(calibration.getSinceMs()).isEqualTo(changed + 60_000);
        assertThat(calibration.getBaselineAtMs()).isZero();
        assertThat(calibrator.drift("person")).isNaN();
        assertThat(saved.parts().keySet()).noneMatch(part -> part.endsWith("baseline"));
        restart();
        seconds(61, 0.1, 0.5);
        assertThat(published.get("gate//person").getSinceMs()).isEqualTo(changed + 60_000);
    }

    @Test
    void goesOnWhileTwoModelsTakeTurnsAndTakesTheFramesOfOneAlone() {
        follow();
        seconds(1_200, 0.1, 0.8);
        for (int i = 0; i < 600; i++) {
            model = i % 20 == 0 ? "m11" : "m12";
            seconds(1, 0.1, model.equals("m11") ? 0.8 : 0.1);
        }
        model = "m11";
        seconds(61, 0.1, 0.8);

        assertThat(published.get("gate//person").getSinceMs()).isEqualTo(START);
        assertThat(published
                        .get("gate//person")
                        .getPeakProbability()
                        .getQuantilesList()
                        .get(0))
                .isGreaterThan(0.6);
    }

    @Test
    void forgetsQueriesAndZonesThatAreGoneAndSaysSo() {
        zones = new Zones(camera(1));
        follow();
        seconds(120, 0.1, 0.8);
        calibrator.saveChanges(saved);
        assertThat(published).containsOnlyKeys("gate//person", "gate/door/person");
        assertThat(published.get("gate/door/person").getZoneVersion()).isEqualTo(1);
        assertThat(published.get("gate/door/person").hasPeakProbability()).isFalse();

        zones = new Zones(Camera.getDefaultInstance());
        follow();
        calibrator.saveChanges(saved);
        assertThat(published).containsOnlyKeys("gate//person");
        queries = Map.of();
        follow();
        calibrator.saveChanges(saved);

        assertThat(published).isEmpty();
        assertThat(saved.parts()).containsOnlyKeys("model");
    }

    @Test
    void calibratesNoMoreThanItsLimit() {
        Map<String, Query> many = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            many.put("q" + i, query("q" + i));
        }
        queries = many;
        follow();
        for (int i = 0; i < 120; i++) {
            List<Windows.SeriesValue> values = many.keySet().stream()
                    .map(id -> new Windows.SeriesValue("", 0, id, 0.1, 0.8))
                    .toList();
            calibrator.sample(model, START + i * 1_000L, values, this::take);
        }

        assertThat(published).hasSize(8);
    }

    @Test
    void goesOnFromWhatItSavedAfterEveryFrameAndPublishesTheSame() {
        follow();
        for (int i = 0; i < 7_600; i++) {
            seconds(1, i < 4_000 ? 0.1 : 0.2, i < 4_000 ? 0.8 : 0.6);
            calibrator.saveChanges(saved);
        }
        Map<String, Calibration> undisturbed = Map.copyOf(published);
        double drift = calibrator.drift("person");
        published.clear();
        saved.clear();
        random.setSeed(5);
        second = 0;
        calibrator = new Calibrator("gate", OPTIONS);
        follow();
        for (int i = 0; i < 7_600; i++) {
            seconds(1, i < 4_000 ? 0.1 : 0.2, i < 4_000 ? 0.8 : 0.6);
            calibrator.saveChanges(saved);
            if (i % 37 == 0) {
                restart();
            }
        }

        assertThat(calibrator.drift("person")).isEqualTo(drift).isGreaterThan(0.25);
        assertThat(published.get("gate//person").getBaselineAtMs())
                .isEqualTo(undisturbed.get("gate//person").getBaselineAtMs());
        assertThat(published.get("gate//person").getHours())
                .isEqualTo(undisturbed.get("gate//person").getHours());
    }

    private void restart() {
        calibrator = new Calibrator("gate", OPTIONS);
        saved.loadInto(calibrator::load);
        follow();
    }

    private void follow() {
        calibrator.update(zones, UTC, queries, accepted, this::take);
    }

    private void take(String key, Calibration calibration) {
        publishedKeys.add(key);
        if (calibration == null) {
            published.remove(key);
        } else {
            published.put(key, calibration);
        }
    }

    /** The query is there in every second frame, and covers about {@code share}. */
    private void seconds(int count, double share, double peak) {
        for (int i = 0; i < count; i++) {
            boolean there = random.nextBoolean();
            sample(now(), there ? share * (0.9 + 0.2 * random.nextDouble()) : 0, peak + 0.02 * random.nextGaussian());
            second++;
        }
    }

    private void sample(long atMs, double share, double peak) {
        List<Windows.SeriesValue> values = zones.measured().stream()
                .map(zone -> new Windows.SeriesValue(zone.id(), zone.version(), "person", share, peak))
                .toList();
        calibrator.sample(model, atMs, values, this::take);
    }

    private long now() {
        return START + second * 1_000;
    }

    private static Query query(String id) {
        return Query.newBuilder().setId(id).setText(id).build();
    }

    private static Camera camera(int version) {
        return Camera.newBuilder()
                .addZones(Zone.newBuilder()
                        .setId("door")
                        .setVersion(version)
                        .addRings(Ring.newBuilder()
                                .addPoints(Point.newBuilder())
                                .addPoints(Point.newBuilder().setX(1))
                                .addPoints(Point.newBuilder().setX(1).setY(1))))
                .build();
    }
}
