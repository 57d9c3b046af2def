package io.segwatch.bench.results;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** {@code RESULTS.md} from {@code results.json}. */
final class ResultsPage {
    private static final String HEAD = """
            # Results

            Written by `bench/run results` from [results.json](results.json); `--only NAME,…` measures some of it anew. What is
            compared was run in turn, in one run; each figure is a median. [README.md](README.md) says how to run it.

            ![Each goal and what was measured](results.svg)
            """;

    private ResultsPage() {}

    static String write(ObjectNode measures) {
        StringBuilder page = new StringBuilder(HEAD);
        Set<String> machines = new LinkedHashSet<>();
        measures.forEach(measure -> machines.add(machine(measure.path("machine"))));
        page.append("\n## Machine\n\n");
        machines.forEach(machine -> page.append("- ").append(machine).append('\n'));
        measures.properties().forEach(entry -> append(page, entry.getKey(), entry.getValue(), machines.size() > 1));
        return page.toString();
    }

    private static void append(StringBuilder page, String name, JsonNode measure, boolean nameMachine) {
        page.append("\n## ").append(measure.path("title").asText()).append("\n\n");
        page.append(measure.path("method").asText()).append("\n\n");
        page.append("| | measured | wanted | |\n|---|--:|--:|---|\n");
        measure.path("rows")
                .forEach(row -> page.append("| ")
                        .append(cell(row.path("what").asText()))
                        .append(" | ")
                        .append(value(row))
                        .append(" | ")
                        .append(wanted(row))
                        .append(" | ")
                        .append(cell(verdict(row)))
                        .append(" |\n"));
        page.append(String.format(
                Locale.ROOT,
                "%n`--only %s`: %s, %d s, load before it %.1f, commit %s%s%s.%n",
                name,
                measure.path("at").asText(),
                measure.path("seconds").asLong(),
                measure.path("loadBefore").asDouble(),
                measure.path("machine").path("commit").asText(),
                nameMachine
                        ? ", on " + measure.path("machine").path("processor").asText()
                        : "",
                measure.path("quick").asBoolean() ? ", **with `--quick`: these figures say little**" : ""));
    }

    private static String machine(JsonNode machine) {
        StringBuilder text = new StringBuilder(machine.path("processor").asText());
        text.append(", ").append(machine.path("cores").asInt()).append(" cores");
        for (String field : new String[] {"vectors", "memory", "gpu", "system", "java"}) {
            String value = machine.path(field).asText();
            text.append(value.isEmpty() ? "" : "; " + value);
        }
        return text.toString();
    }

    /** A row for the terminal. */
    static String line(JsonNode row) {
        return (row.path("what").asText() + ": " + value(row) + " "
                        + (wanted(row).isEmpty() ? "" : "(" + wanted(row) + ") ") + verdict(row))
                .trim();
    }

    private static String verdict(JsonNode row) {
        String met = !row.has("met") || row.path("value").isNull()
                ? ""
                : row.path("met").asBoolean() ? "met" : "**missed**";
        String note = row.path("note").asText();
        return met.isEmpty() || note.isEmpty() ? met + note : met + "; " + note;
    }

    private static String wanted(JsonNode row) {
        if (row.has("atLeast")) {
            return "≥ " + number(row.path("atLeast").asDouble());
        }
        return row.has("atMost") ? "≤ " + number(row.path("atMost").asDouble()) : "";
    }

    private static String value(JsonNode row) {
        if (row.path("value").isNull()) {
            return "";
        }
        String unit = row.path("unit").asText();
        return number(row.path("value").asDouble()) + (unit.isEmpty() ? "" : " " + unit);
    }

    static String number(double value) {
        double size = Math.abs(value);
        return String.format(
                Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    }

    private static String cell(String text) {
        return text.replaceAll("\\s+", " ").replace("|", "\\|");
    }
}
