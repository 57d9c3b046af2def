package io.segwatch.bench.faults;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was promised and measured, a row for each fault, as Markdown. */
final class ReliabilityTable {
    private static final String BEGIN = "<!-- measured by bench/faults -->";
    private static final String END = "<!-- end -->";
    private static final String HEAD = """
            | fault | promised | times | noticed, s: most | back, s: median / 95 % / most | alerts due / lost / doubled | frames lost | memory, MiB | load | kept |
            |---|---|--:|--:|--:|--:|--:|--:|--:|---|
            """;

    private final Map<String, String> rows = new LinkedHashMap<>();
    private boolean kept = true;

    void add(Fault fault, Measured measured) {
        kept &= measured.broken.isEmpty();
        String back = measured.back.isEmpty()
                ? ""
                : seconds(measured.back, 0.5) + " / " + seconds(measured.back, 0.95) + " / "
                        + seconds(measured.back, 1);
        String alerts = measured.alerts.due() + " / " + measured.alerts.lost() + " / " + measured.alerts.doubled();
        String verdict = measured.broken.isEmpty()
                ? "yes"
                : "**no**: " + String.join("; ", new LinkedHashSet<>(measured.broken));
        String repeats = measured.repeatedPosts == 0 ? "" : measured.repeatedPosts + " posts repeated";
        String notes = String.join("; ", List.of(measured.notes(), repeats)).replaceAll("^; |; $", "");
        rows.put(
                fault.name(),
                String.format(
                        Locale.ROOT,
                        "| %s | %s | %d | %s | %s | %s | %s | %d | %.1f | %s |",
                        fault.name(),
                        fault.promise(),
                        measured.rounds,
                        measured.noticed.isEmpty() ? "" : seconds(measured.noticed, 1),
                        back,
                        alerts,
                        measured.framesLost < 0 ? "" : Long.toString(measured.framesLost),
                        measured.memoryMiB,
                        measured.load,
                        (notes.isEmpty() ? verdict : verdict + " (" + notes + ")").replaceAll("[|\\n]", " ")));
    }

    private static String seconds(List<Double> values, double share) {
        return String.format(Locale.ROOT, "%.1f", Measured.at(values, share));
    }

    boolean kept() {
        return kept;
    }

    void print(PrintWriter out) {
        out.print(HEAD);
        rows.values().forEach(out::println);
        out.flush();
    }

    /** Replaces these rows in the file's table and leaves the others; the order is that of {@code all}. */
    void write(Path file, List<Fault> all) throws IOException {
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(file + " has no lines " + BEGIN + " and " + END + " for the table to stand between");
        }
        StringBuilder table = new StringBuilder(HEAD);
        for (Fault fault : all) {
            String old = text.substring(begin, end)
                    .lines()
                    .filter(line -> line.startsWith("| " + fault.name() + " |"))
                    .findFirst()
                    .orElse(null);
            String row = rows.getOrDefault(fault.name(), old);
            if (row != null) {
                table.append(row).append('\n');
            }
        }
        Files.writeString(file, text.substring(0, begin) + BEGIN + "\n" + table + text.substring(end));
    }
}
