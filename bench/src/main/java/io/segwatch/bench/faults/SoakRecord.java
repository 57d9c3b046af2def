package io.segwatch.bench.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Memory of every process over time, and frames of every camera. For one thread. */
final class SoakRecord {
    static final double MOST_GROWTH = 1;
    static final double LEAST_SHARE = 0.9;
    private static final int MOST_PAIRS_OF = 1_000;

    private final Path file;
    private final Map<String, RoleProcess> processes;
    private final Map<String, List<Double>> series = new LinkedHashMap<>();
    private final List<Long> served = new ArrayList<>();

    SoakRecord(Path file, Map<String, RoleProcess> processes) throws IOException {
        this.file = file;
        this.processes = processes;
        Files.writeString(file, "ms," + String.join(",", processes.keySet()) + "\n");
    }

    void sample() throws IOException {
        StringBuilder line = new StringBuilder().append(System.currentTimeMillis());
        double all = 0;
        for (RoleProcess process : processes.values()) {
            double mib = process.rssKiB() / 1024.0;
            all += mib;
            add(process.name, mib);
            line.append(String.format(Locale.ROOT, ",%.2f", mib));
        }
        add("all", all);
        Files.writeString(file, line.append('\n'), StandardOpenOption.APPEND);
    }

    private void add(String name, double mib) {
        series.computeIfAbsent(name, any -> new ArrayList<>()).add(mib);
    }

    /** Observed frames of a camera. */
    void served(long frames) {
        served.add(frames);
    }

    String line() {
        StringBuilder line = new StringBuilder();
        series.forEach((name, values) ->
                line.append(String.format(Locale.ROOT, "%s %.1f  ", name, values.get(values.size() - 1))));
        return line + "MiB";
    }

    /** Per cent by which the values grow from the first to the last, by the median of all slopes (Theil and Sen). */
    static double growth(List<Double> values) {
        int step = 1 + values.size() / MOST_PAIRS_OF;
        List<Double> slopes = new ArrayList<>();
        for (int i = 0; i < values.size(); i += step) {
            for (int j = i + step; j < values.size(); j += step) {
                slopes.add((values.get(j) - values.get(i)) / (j - i));
            }
        }
        return slopes.isEmpty() ? 0 : 100 * Measured.at(slopes, 0.5) * (values.size() - 1) / Measured.at(values, 0.5);
    }

    private double share() {
        long least = served.stream().mapToLong(Long::longValue).min().orElse(0);
        long most = served.stream().mapToLong(Long::longValue).max().orElse(1);
        return (double) least / Math.max(1, most);
    }

    boolean holds() {
        return share() >= LEAST_SHARE && series.values().stream().allMatch(values -> growth(values) < MOST_GROWTH);
    }

    String markdown(int minutes, double fps, Measured measured) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%d cameras, %.2f frames a second each, %d minutes after the warm-up; load %.1f on %d cores at the"
                        + " end.%n%n| process | MiB: first / median / last | growth |%n|---|--:|--:|%n",
                served.size(),
                fps,
                minutes,
                measured.load,
                Runtime.getRuntime().availableProcessors()));
        series.forEach((name, values) -> text.append(String.format(
                Locale.ROOT,
                "| %s | %.1f / %.1f / %.1f | %+.2f %% |%n",
                name,
                values.get(0),
                Measured.at(values, 0.5),
                values.get(values.size() - 1),
                growth(values))));
        text.append(String.format(
                Locale.ROOT,
                "%nFrames served: %d to %d a camera, least over most %.3f. Alerts due %d, lost %d, doubled %d.%n",
                served.stream().mapToLong(Long::longValue).min().orElse(0),
                served.stream().mapToLong(Long::longValue).max().orElse(0),
                share(),
                measured.alerts.due(),
                measured.alerts.lost(),
                measured.alerts.doubled()));
        return text.toString();
    }
}
