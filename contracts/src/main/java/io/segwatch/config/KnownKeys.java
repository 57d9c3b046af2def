package io.segwatch.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Refuses keys that are not in the manual, so that a misspelt one is not taken for set. */
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
            "SEGWATCH_WEBHOOK_SECRET");

    private final Set<String> keys;

    KnownKeys(Set<String> keys) {
        this.keys = keys;
    }

    /**
     * Checks keys as they stand in a file.
     *
     * @throws IllegalArgumentException naming those that are unknown, and those that have another name now
     */
    void check(Collection<String> given, String from) {
        given.stream().sorted().filter(RENAMED::containsKey).findFirst().ifPresent(key -> {
            throw renamed(key, RENAMED.get(key), from);
        });
        TreeSet<String> unknown = new TreeSet<>(given);
        unknown.removeAll(keys);
        refuse(unknown, from);
    }

    /** As {@link #check}, for environment variables; those whose name does not start with SEGWATCH_ are left alone. */
    void checkEnvironment(Collection<String> given) {
        RENAMED.forEach((former, now) -> {
            if (given.contains(variable(former))) {
                throw renamed(variable(former), variable(now), "The environment");
            }
        });
        TreeSet<String> unknown = new TreeSet<>(given);
        unknown.removeIf(name -> !name.startsWith("SEGWATCH_"));
        unknown.removeAll(OTHER_VARIABLES);
        keys.forEach(key -> unknown.remove(variable(key)));
        refuse(unknown, "The environment");
    }

    private static void refuse(Set<String> unknown, String from) {
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(from + " has keys that Segwatch does not know: "
                    + String.join(", ", unknown) + ". segwatch.properties lists all keys.");
        }
    }

    private static IllegalArgumentException renamed(String former, String now, String from) {
        return new IllegalArgumentException(from + " has " + former + ", which is now called " + now
                + " and takes a value with its unit, for example 500ms, 2s, 5m or 16MiB. Rename it and add the unit.");
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
