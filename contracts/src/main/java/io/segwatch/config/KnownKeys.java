package io.segwatch.config;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Finds keys that are not in the manual, so that a misspelt one is not taken for set. */
final class KnownKeys {
    /** By their former names, which held a unit. */
    private static final Map<String, String> RENAMED = Map.ofEntries(
            Map.entry("segwatch.broker.min-free-bytes", "segwatch.broker.min-free"),
            Map.entry("segwatch.inference.smoothing-ms", "segwatch.inference.smoothing"),
            Map.entry("segwatch.inference.ring-seconds", "segwatch.inference.history"),
            Map.entry("segwatch.inference.ring-bytes", "segwatch.inference.history-memory"),
            Map.entry("segwatch.topology.commit-interval-ms", "segwatch.topology.commit-interval"),
            Map.entry("segwatch.topology.grace-ms", "segwatch.topology.grace"),
            Map.entry("segwatch.topology.silence-ms", "segwatch.topology.silence"),
            Map.entry("segwatch.topology.alert-silence-ms", "segwatch.topology.alert-silence"),
            Map.entry("segwatch.topology.update-every-ms", "segwatch.topology.update-interval"),
            Map.entry("segwatch.topology.rocksdb-cache-bytes", "segwatch.topology.rocksdb-cache"),
            Map.entry("segwatch.topology.rocksdb-write-buffer-bytes", "segwatch.topology.rocksdb-write-buffer"),
            Map.entry("segwatch.topology.drift-span-ms", "segwatch.topology.drift-span"));

    /**
     * Environment variables that are not of the configuration: the script's, the log's, the client's, the examples'.
     */
    private static final Set<String> OTHER_VARIABLES = Set.of(
            "SEGWATCH_API",
            "SEGWATCH_BUILD",
            "SEGWATCH_JAVA_OPTIONS",
            "SEGWATCH_LOG",
            "SEGWATCH_LOG_LEVEL",
            "SEGWATCH_PROFILE",
            "SEGWATCH_WEBHOOK_SECRET");

    /** Between what was written and what is likely to have been meant. */
    private static final int MOST_EDITS = 5;

    private final Set<String> keys;

    KnownKeys(Set<String> keys) {
        this.keys = keys;
    }

    /** What is wrong with the names of keys as they stand in a file, a sentence each: unknown, or another name now. */
    List<String> problems(Collection<String> given, String from) {
        return problems(given, keys, RENAMED, from);
    }

    /**
     * As {@link #problems}, for environment variables; those whose name does not start with SEGWATCH_ are left alone.
     */
    List<String> problemsOfEnvironment(Collection<String> given) {
        Map<String, String> renamed = new TreeMap<>();
        RENAMED.forEach((former, now) -> renamed.put(variable(former), variable(now)));
        List<String> own = given.stream()
                .filter(name -> name.startsWith("SEGWATCH_") && !OTHER_VARIABLES.contains(name))
                .toList();
        return problems(own, keys.stream().map(KnownKeys::variable).collect(toSet()), renamed, "The environment");
    }

    private static List<String> problems(
            Collection<String> given, Set<String> known, Map<String, String> renamed, String from) {
        List<String> problems = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (String name : new TreeSet<>(given)) {
            if (renamed.containsKey(name)) {
                problems.add(from + " has " + name + ", which is now called " + renamed.get(name)
                        + " and takes a value with its unit, for example 500ms, 2s, 5m or 16MiB. Rename it and add"
                        + " the unit.");
            } else if (!known.contains(name)) {
                unknown.add(name
                        + nearest(name, known)
                                .map(key -> " (is " + key + " meant?)")
                                .orElse(""));
            }
        }
        if (!unknown.isEmpty()) {
            problems.add(from + " has keys that Segwatch does not know: " + String.join(", ", unknown)
                    + ". segwatch.properties lists all keys.");
        }
        return problems;
    }

    private static Optional<String> nearest(String name, Set<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(key -> distance(name, key)).thenComparing(key -> key))
                .filter(key -> distance(name, key) <= MOST_EDITS);
    }

    /** Edits that make one of the other: a letter more, less or another (Levenshtein). */
    private static int distance(String from, String to) {
        int[] row = IntStream.rangeClosed(0, to.length()).toArray();
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }

    static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
