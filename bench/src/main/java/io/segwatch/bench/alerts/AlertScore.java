package io.segwatch.bench.alerts;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.DefaultRule;
import io.segwatch.topology.TopologyConfig;
import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.topology.camera.DefinitionSnapshot;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How right the alerts of the default rule are, and beside it those of a bare threshold: over generated scenes whose
 * truth is known to the pixel, by the code that runs live.
 */
public final class AlertScore {
    /**
     * One rule's score over one condition's scenes.
     *
     * @param due visits that wanted an alert
     * @param opened alerts that were opened
     * @param precision share of those that were right, 0..1
     * @param recall share of the due visits that got theirs, 0..1
     * @param medianDelayMs from a thing's first touch of the picture to its alert; {@code delay95Ms} for 95 of 100
     */
    public record Score(int due, int opened, double precision, double recall, long medianDelayMs, long delay95Ms) {
        private static Score of(MatchCounts tally) {
            return new Score(
                    tally.due(),
                    tally.opened(),
                    tally.precision(),
                    tally.recall(),
                    tally.delayMs(0.5),
                    tally.delayMs(0.95));
        }
    }

    /** The scores over scenes of one condition, or over all. */
    public record Row(String condition, Score rule, Score bareThreshold) {}

    private static final Rule RULE = DefaultRule.of(SimulatedScene.QUERY);
    private static final Rule BARE_THRESHOLD = Rule.newBuilder()
            .setId("bare")
            .setQuery(SimulatedScene.QUERY)
            .setEnter(RULE.getEnter())
            .setExit(RULE.getEnter())
            .build();

    private AlertScore() {}

    /**
     * A row for each condition, and last one over all of them; about a second for ten scenes.
     *
     * @param scenes of each condition, ten minutes at 10 fps each
     * @param seed the same seed gives the same scenes
     */
    public static List<Row> run(int scenes, long seed) {
        if (scenes < 1 || scenes > 1_000) {
            throw new IllegalArgumentException("scenes must be 1..1000, not " + scenes);
        }
        List<Row> rows = new ArrayList<>();
        MatchCounts allRule = new MatchCounts();
        MatchCounts allBare = new MatchCounts();
        for (SceneProfile condition : SceneProfile.ALL) {
            MatchCounts rule = new MatchCounts();
            MatchCounts bare = new MatchCounts();
            for (int i = 0; i < scenes; i++) {
                play(
                        new SimulatedScene(condition, seed * 1_000_003 + i * 101L + condition.name.hashCode()),
                        rule,
                        bare);
            }
            rows.add(new Row(condition.name, Score.of(rule), Score.of(bare)));
            allRule.add(rule);
            allBare.add(bare);
        }
        rows.add(new Row("all", Score.of(allRule), Score.of(allBare)));
        return rows;
    }

    /** Both rules watch the same observations, as two rules of one camera do. */
    private static void play(SimulatedScene scene, MatchCounts rule, MatchCounts bare) {
        TopologyConfig config = Configuration.of(Map.of()).get(TopologyConfig.class);
        CameraProcessor camera = new CameraProcessor(SimulatedScene.CAMERA, config.options(), 0);
        AlertRecorder alerts = new AlertRecorder();
        camera.update(
                new DefinitionSnapshot(
                        Map.of(SimulatedScene.CAMERA, scene.camera()),
                        Map.of(),
                        Map.of(RULE.getId(), RULE, BARE_THRESHOLD.getId(), BARE_THRESHOLD)),
                alerts);
        scene.play(observation -> camera.observe(observation, 0, 0, alerts));
        rule.count(scene.visits(), alerts.of(RULE));
        bare.count(scene.visits(), alerts.of(BARE_THRESHOLD));
    }

    private static final class AlertRecorder implements CameraProcessor.Output {
        private final List<Alert> alerts = new ArrayList<>();

        @Override
        public void area(Area area) {}

        @Override
        public void alert(Alert alert) {
            alerts.add(alert);
        }

        List<Alert> of(Rule rule) {
            return alerts.stream()
                    .filter(alert -> alert.getRule().equals(rule.getId()))
                    .toList();
        }
    }
}
