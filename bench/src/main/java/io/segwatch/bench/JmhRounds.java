package io.segwatch.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Benchmarks, each in a JVM of its own, some times over.
 *
 * @param seconds measured of each, in a round
 * @param folder for JMH's own results
 */
record JmhRounds(int rounds, int seconds, Path model, Path footage, Path folder) {
    /**
     * @param include of benchmarks, a regular expression
     * @param queries numbers that those with such a parameter are run with; none for their own
     */
    Figures run(String include, String... queries) throws RunnerException {
        Figures figures = new Figures();
        for (int round = 0; round < rounds; round++) {
            // All of them in every round, so that a busy spell of the machine does not fall on one alone.
            ChainedOptionsBuilder options = new OptionsBuilder()
                    .include(include)
                    .mode(Mode.SampleTime)
                    .timeUnit(TimeUnit.MICROSECONDS)
                    .forks(1)
                    .warmupIterations(2)
                    .warmupTime(TimeValue.seconds(2))
                    .measurementIterations(2)
                    .measurementTime(TimeValue.milliseconds(seconds * 500L))
                    .jvmArgsAppend(properties().toArray(String[]::new))
                    .addProfiler(GCProfiler.class)
                    .resultFormat(ResultFormatType.JSON)
                    .result(folder.resolve("round-" + round + ".json").toString())
                    .shouldFailOnError(true);
            if (queries.length > 0) {
                options.param("queries", queries);
            }
            figures.add(new Runner(options.build()).run());
        }
        return figures;
    }

    private List<String> properties() {
        return List.of(
                "-D" + FramePath.MODEL + "=" + model.toAbsolutePath(),
                "-D" + Footage.PROPERTY + "=" + footage.toAbsolutePath());
    }
}
