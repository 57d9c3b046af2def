package io.segwatch.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {
    /** Ten frames a second; 2 ms of ingest, 5 ms on the way, 3 ms of decoding, 30 of the encoder, 7 of scores. */
    private static final Costs COSTS = costs(30, 0);

    private static Costs costs(double frameMs, double spread) {
        return new Costs(10, 2, 5, 3, 0, frameMs, 7, spread, 4, 0.03, 100, 30_000, 1e9);
    }

    private static Plant oneWorker(int cameras) {
        return new Plant(cameras, 4, 2, 1, 1, 1, 1e12);
    }

    @Test
    void aFrameThatWaitsForNothingIsAsOldAsItsWayIsLong() {
        Outcome outcome = Simulation.run(oneWorker(1), COSTS, 20, 1);

        assertThat(outcome.observedMs().getMinValue()).isEqualTo(47);
        assertThat(outcome.observedMs().getMaxValue()).isEqualTo(47);
        assertThat(outcome.fps()).isCloseTo(10, within(0.1));
        assertThat(outcome.skipped()).isZero();
        assertThat(outcome.load().get("inference")).isCloseTo(0.3, within(0.02));
        assertThat(outcome.toldMs().getMinValue()).isGreaterThanOrEqualTo(47);
        assertThat(outcome.toldMs().getMaxValue()).isBetween(120L, 147L);
    }

    @Test
    void aWorkerThatHasTooMuchSkipsFramesAndTheRestStaysFreshAndFair() {
        Outcome outcome = Simulation.run(oneWorker(16), COSTS, 60, 1);

        // The encoder does 33 frames a second for 16 cameras.
        assertThat(outcome.fps()).isCloseTo(33.3 / 16, within(0.05));
        assertThat(outcome.fairness()).isGreaterThan(0.95);
        assertThat(outcome.skipped()).isPositive();
        assertThat(outcome.fullest()).isEqualTo("inference");
        // Four are decoded and wait, four are encoded, and then observed: 120 ms each; before that the newest is taken.
        assertThat(outcome.observedMs().getMaxValue()).isLessThan(500);
    }

    @Test
    void camerasThatThePartitionsPutTogetherShareOneWorkersTime() {
        Plant plant = new Plant(200, 8, 100, 8, 1, 1, 1e12);
        Outcome outcome = Simulation.run(plant, costs(5, 0.2), 30, 1);

        // Eight workers do 800 of the 2,000 frames a second, and who shares a partition with fewer gets more.
        assertThat(outcome.fairness()).isLessThan(0.9);
        assertThat(outcome.load().get("inference")).isGreaterThan(0.9);
    }

    @Test
    void aBrokerWithoutRoomDropsTheOldestAndIsNamed() {
        Plant plant = new Plant(100, 100, 100, 100, 1, 1, 15e6);
        Outcome outcome = Simulation.run(plant, costs(1, 0), 20, 1);

        assertThat(outcome.fullest()).isEqualTo("brokers");
        assertThat(outcome.dropped()).isPositive();
    }

    @Test
    void theSameSeedGivesTheSameAndAnotherGivesAnother() {
        Costs wandering = costs(30, 0.3);
        Outcome first = Simulation.run(oneWorker(8), wandering, 20, 1);
        assertThat(Simulation.run(oneWorker(8), wandering, 20, 1).observedMs()).isEqualTo(first.observedMs());
        assertThat(Simulation.run(oneWorker(8), wandering, 20, 2).observedMs()).isNotEqualTo(first.observedMs());
    }

    @Test
    void costsComeFromTheFewestAndTheMostCamerasThatWereMeasured() {
        MeasuredPoint one = new MeasuredPoint(1, 10, 1, 60, 78, 60, 9, 1, 2);
        MeasuredPoint many = new MeasuredPoint(16, 1.5625, 1, 600, 900, 600, 4, 0.3, 2);
        Costs found = CostsFound.of(List.of(one, many), 10);

        assertThat(found.encodeFrameMs()).isCloseTo(40, within(1e-9));
        assertThat(found.ingestMs()).isEqualTo(4);
        assertThat(found.publishMs()).isCloseTo(6, within(1e-9));
        assertThat(found.spread()).isCloseTo(0.15, within(1e-9));
        assertThatThrownBy(() -> CostsFound.of(List.of(one), 10)).hasMessageContaining("do not fill the worker");
    }

    @Test
    void whatIsNeededGrowsWithTheCamerasAndIsFilledNoMoreThanItShould() {
        Sizing hundred = Sizing.of(100, COSTS, 14);
        Sizing thousand = Sizing.of(1_000, COSTS, 14);

        assertThat(hundred.workers()).isEqualTo((int) Math.ceil(1_000 / (1_000 / 30.0) / 0.6));
        assertThat(thousand.workers()).isBetween(10 * hundred.workers() - 10, 10 * hundred.workers());
        assertThat(thousand.bytesASecond()).isCloseTo(10 * hundred.bytesASecond(), within(1.0));
        Outcome outcome = Simulation.run(Plant.of(hundred, 100), COSTS, 20, 1);
        assertThat(outcome.load().get("brokers")).isLessThan(0.9);
        Prices prices = new Prices(10, 100, 0.1, 0.01);
        assertThat(hundred.month(prices, true, 2, 8)).isGreaterThan(hundred.workers() * 100);
        assertThat(EdgeSizing.of(1_000_000, COSTS, 14).bytesASecond())
                .isLessThan(Sizing.of(1_000_000, COSTS, 14).bytesASecond() / 1_000);
    }

    @Test
    void aChartHasALineForEachSeriesAndADotForEachMeasurement() {
        String svg = new SvgChart("Age", "cameras", "ms", true)
                .line("simulated", List.of(new double[] {1, 50}, new double[] {10, 500}))
                .dots("measured", List.of(new double[] {4, 200}, new double[] {8, Double.NaN}))
                .svg();

        assertThat(svg).contains("<polyline").contains(">simulated<").contains(">measured<");
        assertThat(svg.split("<circle", -1)).hasSize(2);
        // Half way between 10 and 1,000 on the axis that goes up, as 100 is.
        assertThat(new SvgChart("", "", "", true)
                        .dots("x", List.of(new double[] {1, 10}, new double[] {1, 100}, new double[] {10, 1_000}))
                        .svg())
                .contains("cy=\"195.0\"");
    }
}
