package io.segwatch.bench.results;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One thing that {@code bench/run results} measures. */
public interface BenchMeasure {
    /** For {@code --only} and the JSON; a lower-case word. */
    String name();

    /** A heading. */
    String title();

    /** How it is measured, in a sentence or two of Markdown. */
    String method();

    /** Measures it; what it compares is run in turn, so that a busy spell of the machine does not fall on one alone. */
    List<Figure> run(Conditions conditions) throws IOException, InterruptedException;

    /**
     * @param quick shorter and fewer runs, to see that all works; its figures say little
     * @param home of the checkout
     * @param model directory
     * @param footage a video
     * @param work an empty folder for this measure
     */
    record Conditions(boolean quick, Path home, Path model, Path footage, Path work) {}

    /**
     * A row of the table.
     *
     * @param value null when it was not measured; then the note says why
     * @param unit may be empty, for a ratio
     * @param goal null when it has none
     * @param note may be empty
     */
    record Figure(String what, Double value, String unit, Goal goal, String note) {
        public static Figure of(String what, double value, String unit) {
            return new Figure(what, value, unit, null, "");
        }

        public static Figure missing(String what, String reason) {
            return new Figure(what, null, "", null, "not measured: " + reason);
        }

        public Figure atLeast(double bound) {
            return new Figure(what, value, unit, new Goal(bound, false), note);
        }

        public Figure atMost(double bound) {
            return new Figure(what, value, unit, new Goal(bound, true), note);
        }

        public Figure noted(String text) {
            return new Figure(what, value, unit, goal, text);
        }
    }

    /** What is wanted: the bound or more, or, with {@code most}, the bound or less. */
    record Goal(double bound, boolean most) {
        boolean isMetBy(double value) {
            return most ? value <= bound : value >= bound;
        }
    }

    /** Of an even number of values, the lower one of the middle. */
    static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get((sorted.size() - 1) / 2);
    }
}
