package io.segwatch.bench.results;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A bar for each row that has a goal: how far it has come, the goal itself being a line. SVG. */
final class GoalChart {
    private static final int LABEL = 470;
    private static final int BAR = 260;
    private static final int ROW = 24;
    /** Of the goal; longer bars are cut. */
    private static final double LONGEST = 1.5;

    private GoalChart() {}

    static String draw(ObjectNode measures) {
        List<JsonNode> rows = new ArrayList<>();
        measures.forEach(measure -> measure.path("rows").forEach(row -> {
            if (row.has("met") && !row.path("value").isNull()) {
                rows.add(row);
            }
        }));
        int height = rows.size() * ROW + 40;
        int goal = LABEL + (int) (BAR / LONGEST);
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n",
                LABEL + BAR + 190,
                height));
        for (int i = 0; i < rows.size(); i++) {
            bar(svg, rows.get(i), 10 + i * ROW);
        }
        svg.append(String.format(
                Locale.ROOT,
                "<path d=\"M%1$d 4V%2$d\" stroke=\"#222\"/><text x=\"%1$d\" y=\"%3$d\" text-anchor=\"middle\">goal</text>%n"
                        + "</svg>%n",
                goal,
                height - 24,
                height - 8));
        return svg.toString();
    }

    private static void bar(StringBuilder svg, JsonNode row, int y) {
        double value = row.path("value").asDouble();
        boolean most = row.has("atMost");
        double bound = row.path(most ? "atMost" : "atLeast").asDouble();
        double reached = most ? bound / value : value / bound;
        int width = (int) (BAR / LONGEST * Math.max(0, Math.min(LONGEST, reached)));
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                        + "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>"
                        + "<text x=\"%d\" y=\"%d\">%s (%s %s)</text>%n",
                LABEL - 8,
                y + 13,
                escaped(row.path("what").asText()),
                LABEL,
                y + 2,
                width,
                ROW - 8,
                row.path("met").asBoolean() ? "#22a06b" : "#e5793b",
                LABEL + BAR + 8,
                y + 13,
                escaped(ResultsPage.number(value) + " " + row.path("unit").asText())
                        .trim(),
                most ? "≤" : "≥",
                ResultsPage.number(bound)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
