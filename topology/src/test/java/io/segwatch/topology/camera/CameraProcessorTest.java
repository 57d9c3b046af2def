package io.segwatch.topology.camera;

import static io.segwatch.topology.SampleObservations.CAMERA;
import static io.segwatch.topology.SampleObservations.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.topology.SampleObservations;
import io.segwatch.topology.state.CameraState.Version;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Zone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CameraProcessorTest {
    private static final int SEEDS = Integer.getInteger("segwatch.seeds", 150);
    private static final int FRAMES = 700;
    private static final CameraProcessor.Options OPTIONS = new CameraProcessor.Options(2_000, 5_000, 30_000, 5_000);

    private final List<String> alerts = new ArrayList<>();
    private final TreeMap<Long, Area> seconds = new TreeMap<>();
    private final CameraProcessor.Output output = new CameraProcessor.Output() {
        @Override
        public void area(Area area) {
            if (area.getWindowMs() == 1_000) {
                assertThat(seconds.put(area.getWindowStartMs(), area)).isNull();
            }
        }

        @Override
        public void alert(Alert alert) {
            alerts.add(
                    alert.getState() == Alert.State.DIGEST
                            ? "DIGEST@" + alert.getAtMs() + " of " + alert.getHeldBack()
                            : alert.getState() + "@" + alert.getAtMs() + " of " + alert.getOpenedAtMs() + " at "
                                    + alert.getEvidence().getSequence() + " value " + alert.getValue() + " peak "
                                    + alert.getPeak());
        }
    };

    private final CameraProcessor.Output alertsOnly = new CameraProcessor.Output() {
        @Override
        public void area(Area area) {}

        @Override
        public void alert(Alert alert) {
            output.alert(alert);
        }
    };

    /** Any order, gaps, repeats, reconnects and clock jumps; any rule; saved and loaded between frames. */
    @Test
    void doesAsAPlainReferenceDoes() {
        int opened = 0;
        int updated = 0;
        int digests = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            alerts.clear();
            seconds.clear();
            Rule rule = rule(random);
            DefinitionSnapshot definitions = new DefinitionSnapshot(Map.of(), Map.of(), Map.of("r", rule));
            ReferenceProcessor reference = new ReferenceProcessor(rule, OPTIONS);
            CameraProcessor processor = new CameraProcessor(CAMERA, OPTIONS, 0);
            processor.update(definitions, output);
            SavedState saved = new SavedState();
            for (Observation observation : observations(random)) {
                reference.observe(observation, observation.getQueries(0).getShare());
                processor.observe(observation, 0, 0, output);
                if (random.nextInt(10) == 0) {
                    processor.saveChanges(saved);
                    processor = new CameraProcessor(CAMERA, OPTIONS, 0);
                    processor.load(saved.parts());
                    processor.update(definitions, output);
                }
            }
            processor.tick(10 * 3_600_000L, output);

            assertThat(alerts.subList(0, reference.alerts.size()))
                    .as("seed %d, %s", seed, rule)
                    .isEqualTo(reference.alerts);
            assertThat(seconds.keySet()).as("seed %d", seed).isEqualTo(reference.seconds.keySet());
            int ofSeed = seed;
            reference.seconds.forEach((start, values) -> {
                Area area = seconds.get(start);
                assertThat(area.getFramesSeen())
                        .as("seed %d at %d", ofSeed, start)
                        .isEqualTo(values.size());
                assertThat(area.getFramesExpected()).isGreaterThanOrEqualTo(values.size());
                assertThat(area.getMin())
                        .isEqualTo(
                                values.stream().min(Comparator.naturalOrder()).orElseThrow());
                assertThat(area.getMax())
                        .isEqualTo(
                                values.stream().max(Comparator.naturalOrder()).orElseThrow());
            });
            opened += count("OPEN");
            updated += count("UPDATE");
            digests += count("DIGEST");
        }
        // The rules must have had something to do.
        assertThat(opened).isGreaterThan(SEEDS);
        assertThat(updated).isGreaterThan(SEEDS / 10);
        assertThat(digests).isPositive();
    }

    /** One second an hour ahead; saved and loaded after every frame. */
    @Test
    void countsAndAlertsAtTheTrueTimeAgainAfterASecondAnHourAhead() {
        List<Long> resets = new ArrayList<>();
        Rule rule = Rule.newBuilder()
                .setId("r")
                .setQuery("person")
                .setEnter(0.15)
                .setExit(0.1)
                .build();
        DefinitionSnapshot definitions = new DefinitionSnapshot(Map.of(), Map.of(), Map.of("r", rule));
        CameraProcessor.Output counting = new CameraProcessor.Output() {
            @Override
            public void area(Area area) {
                output.area(area);
            }

            @Override
            public void alert(Alert alert) {
                output.alert(alert);
            }

            @Override
            public void clockReset(long fromMs, long toMs) {
                resets.add(toMs);
            }
        };
        SavedState saved = new SavedState();
        for (int i = 0; i < 300; i++) {
            boolean wrong = i >= 60 && i < 65;
            long atMs = START + i * 200L + (wrong ? 3_600_000 : 0);
            // Present when the clock is wrong, which leaves the alert open, and at the end.
            boolean present = i >= 60 && i < 100 || i >= 200;
            CameraProcessor processor = new CameraProcessor(CAMERA, OPTIONS, 0);
            processor.load(saved.parts());
            processor.update(definitions, counting);
            processor.observe(
                    SampleObservations.observation(1, i, atMs, Map.of("person", present ? 0.2 : 0)), 0, 0, counting);
            processor.saveChanges(saved);
        }

        long putBackMs = START + 65 * 200 + 10_000;
        assertThat(resets).containsExactly(putBackMs);
        assertThat(seconds.keySet())
                .contains(START + 3_600_000 + 12_000, START + 24_000, START + 30_000, START + 56_000)
                .doesNotContain(START + 3_600_000 + 30_000);
        assertThat(seconds.get(START + 30_000).getFramesSeen()).isEqualTo(5);
        assertThat(seconds.get(START + 30_000).getFramesExpected()).isLessThanOrEqualTo(10);
        assertThat(alerts.get(alerts.size() - 1)).startsWith("OPEN@" + (START + 40_000));
    }

    @Test
    void aRuleOnAZoneOfWhichNothingIsLeftNeverFiresInAbsenceEither() {
        Ring square = Ring.newBuilder()
                .addPoints(Point.newBuilder())
                .addPoints(Point.newBuilder().setX(0.5))
                .addPoints(Point.newBuilder().setX(0.5).setY(1))
                .addPoints(Point.newBuilder().setY(1))
                .build();
        Camera camera = Camera.newBuilder()
                .setId(CAMERA)
                .addZones(Zone.newBuilder().setId("door").addRings(square))
                .addZones(Zone.newBuilder()
                        .setId("hidden")
                        .setKind(Zone.Kind.EXCLUDE)
                        .addRings(square))
                .build();
        Rule absent = Rule.newBuilder()
                .setId("absent")
                .setQuery("person")
                .setZone("door")
                .setBelow(true)
                .setEnter(0.1)
                .setExit(0.2)
                .build();
        Rule not = Rule.newBuilder()
                .setId("not")
                .setZone("door")
                .setExpression("not person")
                .setEnter(0.1)
                .setExit(0.05)
                .build();
        Rule elsewhere = absent.toBuilder().setId("elsewhere").clearZone().build();
        CameraProcessor processor = new CameraProcessor(CAMERA, OPTIONS, 0);
        Map<String, Rule> rules = Map.of("absent", absent, "not", not, "elsewhere", elsewhere);
        processor.update(new DefinitionSnapshot(Map.of(CAMERA, camera), Map.of(), rules), output);
        for (int i = 0; i < 50; i++) {
            processor.observe(SampleObservations.observation(i, "person", 0), 0, 0, alertsOnly);
        }

        // The rule on what is left of the picture does.
        assertThat(alerts).singleElement().asString().startsWith("OPEN@" + START);
    }

    @Test
    void refusesStateOfANewerVersionAndStateThatIsNone() {
        byte[] newer = Version.newBuilder().setVersion(3).build().toByteArray();
        byte[] present = Version.newBuilder().setVersion(2).build().toByteArray();
        CameraProcessor processor = new CameraProcessor(CAMERA, OPTIONS, 0);

        assertThatThrownBy(() -> processor.load(Map.of("version", newer)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "The state of camera gate cannot be read: its version is 3, and this Segwatch reads versions"
                                + " up to 2; run the Segwatch that wrote it, or a later one");
        assertThatThrownBy(() -> processor.load(Map.of("version", present, "clock", new byte[] {1})))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("The state of camera gate cannot be read: ");
    }

    private int count(String state) {
        return (int) alerts.stream().filter(alert -> alert.startsWith(state)).count();
    }

    private static Rule rule(Random random) {
        boolean below = random.nextInt(4) == 0;
        Rule.Builder rule = Rule.newBuilder()
                .setId("r")
                .setQuery("person")
                .setBelow(below)
                .setEnter(below ? 0.1 : 0.15)
                .setExit(below ? 0.15 : 0.1)
                .setDwellMs(random.nextInt(3) * 400L)
                .setExitDwellMs(random.nextInt(3) * 300L)
                .setCooldownMs(random.nextInt(3) * 1_500L)
                .setMaxAlertsPerHour(random.nextInt(3) * 4);
        if (random.nextBoolean()) {
            int n = 2 + random.nextInt(6);
            rule.setN(n).setK(1 + random.nextInt(n));
        }
        return rule.build();
    }

    private static List<Observation> observations(Random random) {
        List<Observation> sent = new ArrayList<>();
        long wallMs = START;
        long offsetMs = 0;
        long epoch = 1;
        double share = 0.12;
        for (int i = 0; i < FRAMES; i++) {
            wallMs += 100 + (random.nextInt(90) == 0 ? random.nextInt(60_000) : 0);
            wallMs += random.nextInt(1_500) == 0 ? 3_600_000 : 0;
            if (random.nextInt(80) == 0) {
                offsetMs = random.nextInt(3) == 0 ? 0 : random.nextInt(1_400_000) - 700_000;
            }
            epoch += random.nextInt(150) == 0 ? 1 : 0;
            share = Math.max(0, Math.min(0.3, share + random.nextGaussian() * 0.03));
            if (random.nextInt(10) > 0) {
                double drawn = Math.round(share * 200) / 200.0;
                sent.add(
                        SampleObservations.observation(epoch, i, wallMs + offsetMs, Map.of("person", drawn)).toBuilder()
                                .setObservedAtMs(wallMs + 50)
                                .build());
            }
        }
        List<Observation> delivered = new ArrayList<>(sent);
        sent.stream().filter(observation -> random.nextInt(20) == 0).forEach(delivered::add);
        // Most arrive in order; some up to three seconds late.
        Map<Observation, Long> delays = new java.util.IdentityHashMap<>();
        delivered.sort(Comparator.comparingLong(observation -> observation.getObservedAtMs()
                + delays.computeIfAbsent(
                        observation, any -> random.nextInt(8) == 0 ? (long) random.nextInt(3_000) : 0L)));
        return delivered;
    }
}
