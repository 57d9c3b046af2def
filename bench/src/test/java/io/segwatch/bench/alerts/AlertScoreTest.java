package io.segwatch.bench.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.contracts.DefaultRule;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Rle;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Observation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertScoreTest {
    @Test
    void findsTheDefaultRuleRightAndABareThresholdVisiblyWorse() {
        List<AlertScore.Row> rows = AlertScore.run(2, 1);

        AlertScore.Row all = rows.get(rows.size() - 1);
        assertThat(rows).hasSize(SceneProfile.ALL.size() + 1);
        assertThat(all.rule().due()).isGreaterThan(100);
        assertThat(all.rule().precision()).isGreaterThanOrEqualTo(0.98);
        assertThat(all.rule().recall()).isGreaterThanOrEqualTo(0.98);
        assertThat(all.bareThreshold().precision()).isLessThan(0.5);
    }

    @Test
    void givesTheSameScoresForTheSameSeed() {
        assertThat(AlertScore.run(1, 3)).isEqualTo(AlertScore.run(1, 3)).isNotEqualTo(AlertScore.run(1, 4));
    }

    @Test
    void countsASecondAlertForAVisitAndOneWithoutAVisitAsWrong() {
        GroundTruth due = new GroundTruth(true, 10_000, 20_000, 0.5, 0.5, 0.2, 0.2, 0, 0);
        GroundTruth missed = new GroundTruth(true, 40_000, 50_000, 0.5, 0.5, 0.2, 0.2, 0, 0);
        GroundTruth tooSmall = new GroundTruth(false, 60_000, 70_000, 0.5, 0.5, 0.01, 0.01, 0, 0);
        MatchCounts tally = new MatchCounts();

        tally.count(
                List.of(due, missed, tooSmall),
                List.of(opened(12_500), closed(14_000), opened(16_000), opened(30_000), opened(61_000)));

        assertThat(tally.due()).isEqualTo(2);
        assertThat(tally.opened()).isEqualTo(4);
        assertThat(tally.precision()).isEqualTo(0.25);
        assertThat(tally.recall()).isEqualTo(0.5);
        assertThat(tally.delayMs(0.5)).isEqualTo(2_500);
    }

    @Test
    void drawsThingsOfTheAreaThatTheTruthSays() {
        SceneProfile exact = SceneProfile.ALL.get(0);
        SimulatedScene scene = new SimulatedScene(exact, 5);
        List<Observation> observations = new ArrayList<>();
        scene.play(observations::add);

        for (GroundTruth visit : scene.visits()) {
            long rest = (visit.fromMs() + visit.toMs()) / 2;
            double truth = Math.PI * visit.rx() * visit.ry();
            double drawn = observations.stream()
                    .filter(observation -> Math.abs(observation.getCapturedAtMs() - rest) < 2_000)
                    .mapToDouble(observation ->
                            (double) Rle.area(observation.getQueries(0).getMask()) / (96 * 54))
                    .sorted()
                    .skip(19)
                    .findFirst()
                    .orElseThrow();
            // The median over four seconds: the model is wrong in single frames, not about the thing.
            if (visit.toMs() - visit.fromMs() > 6_000) {
                assertThat(drawn).as(visit.toString()).isBetween(truth * 0.8 - 0.002, truth * 1.2 + 0.002);
            }
        }
        assertThat(scene.visits()).anyMatch(GroundTruth::due).anyMatch(visit -> !visit.due());
    }

    @Test
    void offersADefaultRuleThatIsValid() {
        assertThat(Definitions.check(DefaultRule.of("person"))).isEmpty();
    }

    @Test
    void refusesANumberOfScenesThatIsOutOfBounds() {
        assertThatThrownBy(() -> AlertScore.run(0, 1)).hasMessageContaining("scenes must be 1..1000");
    }

    private static Alert opened(long atMs) {
        return Alert.newBuilder().setState(Alert.State.OPEN).setAtMs(atMs).build();
    }

    private static Alert closed(long atMs) {
        return Alert.newBuilder().setState(Alert.State.CLOSE).setAtMs(atMs).build();
    }
}
