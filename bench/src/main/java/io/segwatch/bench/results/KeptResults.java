package io.segwatch.bench.results;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.segwatch.bench.results.BenchMeasure.Conditions;
import io.segwatch.bench.results.BenchMeasure.Figure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * The rows of all measures, in {@code results.json}; those of measures that are not run stay. {@code RESULTS.md} and
 * {@code results.svg} are written from it.
 */
public final class KeptResults {
    private static final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path folder;
    private final PrintWriter out;
    private final ObjectNode measures;

    /** @param folder with what was measured before, if anything was */
    public KeptResults(Path folder, PrintWriter out) throws IOException {
        this.folder = folder;
        this.out = out;
        Path file = folder.resolve("results.json");
        JsonNode before = Files.exists(file) ? json.readTree(file.toFile()) : json.createObjectNode();
        this.measures = before.path("measures") instanceof ObjectNode kept ? kept : json.createObjectNode();
    }

    /** Runs a measure and keeps its rows; when it fails, one row says why. */
    public void measure(BenchMeasure measure, Conditions conditions) throws IOException, InterruptedException {
        out.println("Measuring " + measure.name() + " (" + measure.title() + ")");
        out.flush();
        double load = Machine.load();
        long began = System.nanoTime();
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        List<Figure> figures = figures(measure, conditions);
        figures.forEach(figure -> rows.add(row(figure)));
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.put("title", measure.title())
                .put("method", measure.method())
                .put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("seconds", (System.nanoTime() - began) / 1_000_000_000)
                .put("quick", conditions.quick())
                .put("loadBefore", load);
        entry.set("machine", Machine.describe(conditions.home()));
        entry.set("rows", rows);
        measures.set(measure.name(), entry);
        figures.forEach(figure -> out.println("  " + ResultsPage.line(row(figure))));
        out.flush();
    }

    private static List<Figure> figures(BenchMeasure measure, Conditions conditions) throws InterruptedException {
        try {
            return measure.run(conditions);
        } catch (IOException | RuntimeException e) {
            return List.of(Figure.missing(measure.title(), String.valueOf(e.getMessage())));
        }
    }

    private static ObjectNode row(Figure figure) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("what", figure.what());
        row.put("value", figure.value());
        row.put("unit", figure.unit());
        if (figure.goal() != null) {
            row.put(figure.goal().most() ? "atMost" : "atLeast", figure.goal().bound());
            row.put("met", figure.value() != null && figure.goal().isMetBy(figure.value()));
        }
        return row.put("note", figure.note());
    }

    /** Writes everything, in the order of {@code names}; entries of other names are dropped. */
    public void write(List<String> names) throws IOException {
        ObjectNode ordered = JsonNodeFactory.instance.objectNode();
        names.stream().filter(measures::has).forEach(name -> ordered.set(name, measures.get(name)));
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        all.set("measures", ordered);
        json.writeValue(folder.resolve("results.json").toFile(), all);
        Files.writeString(folder.resolve("results.svg"), GoalChart.draw(ordered));
        Files.writeString(folder.resolve("RESULTS.md"), ResultsPage.write(ordered));
        out.printf(Locale.ROOT, "Written: %s%n", folder.resolve("RESULTS.md"));
        out.flush();
    }
}
