package io.segwatch.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.segwatch.bench.results.BenchMeasure;
import io.segwatch.bench.results.ChildRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Observations a CPU second through the topology, by the test that also holds what it computes. */
final class TopologyMeasure implements BenchMeasure {
    private static final Duration LONGEST = Duration.ofMinutes(20);

    @Override
    public String name() {
        return "topology";
    }

    @Override
    public String title() {
        return "Areas and alerts";
    }

    @Override
    public String method() {
        return "`ThroughputIT` on a broker of its own: observations of 20 cameras and four queries through 200 rules, exactly once, a second of"
                + " CPU of the process that computes them; beside the same work by a plain consumer that keeps no state and may repeat or"
                + " lose, and the work alone.";
    }

    @Override
    public List<Figure> run(Conditions conditions) throws IOException, InterruptedException {
        Path figures = conditions.work().resolve("topology.json");
        ChildRun.output(
                LONGEST,
                conditions.home(),
                List.of(
                        "mvn",
                        "-B",
                        "-q",
                        "-pl",
                        "topology",
                        "-am",
                        "verify",
                        "-Djacoco.skip",
                        "-Dtest=none",
                        "-Dsurefire.failIfNoSpecifiedTests=false",
                        "-Dit.test=ThroughputIT",
                        "-Dfailsafe.failIfNoSpecifiedTests=false",
                        "-Dsegwatch.observations=" + (conditions.quick() ? 20_000 : 200_000),
                        "-Dsegwatch.figures=" + figures));
        JsonNode measured = new ObjectMapper().readTree(figures.toFile());
        double topology = measured.path("topology").asDouble();
        return List.of(
                Figure.of("the topology", topology, "a CPU second").atLeast(20_000),
                Figure.of("a plain consumer", measured.path("plain").asDouble(), "a CPU second"),
                Figure.of("the work alone", measured.path("alone").asDouble(), "a CPU second"),
                Figure.of(
                        "the topology over a plain consumer",
                        topology / measured.path("plain").asDouble(),
                        ""));
    }
}
