package io.segwatch.launcher;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.GaugeMetricFamily;
import io.segwatch.role.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What a process says of itself: its version, its disk, and how its roles are, asked for when Prometheus does. */
final class ProcessMetrics extends Collector implements AutoCloseable {
    private static final long WALK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Path dataDir;
    private final String version;
    private final Supplier<List<Role>> roles;
    private long walkedAt;
    private long usedBytes = -1;

    private ProcessMetrics(Path dataDir, String version, Supplier<List<Role>> roles) {
        this.dataDir = dataDir;
        this.version = version;
        this.roles = roles;
    }

    static ProcessMetrics show(Path dataDir, Supplier<List<Role>> roles) throws IOException {
        return new ProcessMetrics(dataDir, Version.current(), roles).register();
    }

    @Override
    public List<MetricFamilySamples> collect() {
        GaugeMetricFamily build = new GaugeMetricFamily(
                "segwatch_build_info", "1, with the version and that of Java", List.of("version", "java"));
        build.addMetric(List.of(version, Runtime.version().toString()), 1);
        GaugeMetricFamily ready =
                new GaugeMetricFamily("segwatch_role_ready", "1 while the role can do its work", List.of("role"));
        GaugeMetricFamily degraded = new GaugeMetricFamily(
                "segwatch_role_degraded", "1 while the role works and cannot keep up", List.of("role"));
        for (Role role : roles.get()) {
            boolean works = role.alive() && role.notReady().isEmpty();
            ready.addMetric(List.of(role.name()), works ? 1 : 0);
            degraded.addMetric(List.of(role.name()), role.degraded().isPresent() ? 1 : 0);
        }
        return List.of(
                build,
                ready,
                degraded,
                new GaugeMetricFamily(
                        "segwatch_data_free_bytes",
                        "Free on the disk of segwatch.data-dir",
                        dataDir.toFile().getUsableSpace()),
                new GaugeMetricFamily("segwatch_data_used_bytes", "In segwatch.data-dir", used()));
    }

    private synchronized long used() {
        long now = System.nanoTime();
        if (usedBytes < 0 || now - walkedAt > WALK_EVERY_NANOS) {
            walkedAt = now;
            usedBytes = bytesIn(dataDir);
        }
        return usedBytes;
    }

    static long bytesIn(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.mapToLong(ProcessMetrics::size).sum();
        } catch (IOException | UncheckedIOException e) {
            // Kafka removes a folder while it is walked, or there is none yet.
            return 0;
        }
    }

    private static long size(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile() ? attributes.size() : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        CollectorRegistry.defaultRegistry.unregister(this);
    }
}
