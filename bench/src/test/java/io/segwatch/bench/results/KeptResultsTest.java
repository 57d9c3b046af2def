package io.segwatch.bench.results;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.segwatch.bench.results.BenchMeasure.Conditions;
import io.segwatch.bench.results.BenchMeasure.Figure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptResultsTest {
    @TempDir
    Path folder;

    private record Counted(String name, List<Figure> figures) implements BenchMeasure {
        @Override
        public String title() {
            return "What " + name + " counts";
        }

        @Override
        public String method() {
            return "By counting.";
        }

        @Override
        public List<Figure> run(Conditions conditions) throws IOException {
            if (figures.isEmpty()) {
                throw new IOException("there is nothing to count");
            }
            return figures;
        }
    }

    private void measure(List<String> names, BenchMeasure... measures) throws Exception {
        KeptResults results = new KeptResults(folder, new PrintWriter(new StringWriter()));
        for (BenchMeasure measure : measures) {
            results.measure(measure, new Conditions(true, folder, folder, folder, folder));
        }
        results.write(names);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve("results.json").toFile())
                .path("measures");
    }

    private String page() throws IOException {
        return Files.readString(folder.resolve("RESULTS.md"));
    }

    @Test
    void eachRowStandsBesideItsGoalAndSaysWhetherItIsMet() throws Exception {
        measure(
                List.of("apples"),
                new Counted(
                        "apples",
                        List.of(
                                Figure.of("many", 0.9, "").atLeast(0.85),
                                Figure.of("few", 1.31, "").atMost(1.3),
                                Figure.of("weight", 1234.5, "g"))));
        assertThat(page())
                .contains("## What apples counts", "By counting.")
                .contains("| many | 0.900 | ≥ 0.850 | met |")
                .contains("| few | 1.31 | ≤ 1.30 | **missed** |")
                .contains("| weight | 1,235 g |  |  |");
        assertThat(json().at("/apples/rows/0/met").asBoolean()).isTrue();
        assertThat(json().at("/apples/machine/cores").asInt()).isPositive();
        assertThat(Files.readString(folder.resolve("results.svg")))
                .contains(">many<", ">few<")
                .doesNotContain("weight");
    }

    @Test
    void rowsOfMeasuresThatAreNotRunAgainStay() throws Exception {
        List<String> both = List.of("apples", "pears");
        measure(
                both,
                new Counted("pears", List.of(Figure.of("pears", 3, ""))),
                new Counted("apples", List.of(Figure.of("apples", 2, ""))));
        measure(both, new Counted("pears", List.of(Figure.of("pears", 4, ""))));
        assertThat(json().fieldNames()).toIterable().containsExactly("apples", "pears");
        assertThat(json().at("/apples/rows/0/value").asDouble()).isEqualTo(2);
        assertThat(json().at("/pears/rows/0/value").asDouble()).isEqualTo(4);
    }

    @Test
    void aMeasureThatFailsLeavesARowThatSaysWhyAndTheOthersGoOn() throws Exception {
        measure(
                List.of("stones", "apples"),
                new Counted("stones", List.of()),
                new Counted("apples", List.of(Figure.of("apples", 2, ""))));
        assertThat(page())
                .contains("| What stones counts |  |  | not measured: there is nothing to count |")
                .contains("| apples | 2.00 |");
    }

    @Test
    void theMedianOfAnEvenNumberIsTheLowerOne() {
        assertThat(BenchMeasure.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(BenchMeasure.median(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(2);
    }
}
