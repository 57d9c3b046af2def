package io.segwatch.bench.results;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a figure was taken on. */
final class Machine {
    private static final List<String> VECTORS =
            List.of("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "asimd", "bf16");

    private Machine() {}

    static ObjectNode describe(Path home) throws IOException, InterruptedException {
        ObjectNode machine = JsonNodeFactory.instance.objectNode();
        machine.put("processor", field("/proc/cpuinfo", "model name", System.getProperty("os.arch")))
                .put("cores", Runtime.getRuntime().availableProcessors())
                .put("vectors", vectors())
                .put("memory", field("/proc/meminfo", "MemTotal", ""))
                .put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"))
                .put("gpu", firstLine(home, "nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"))
                .put("commit", firstLine(home, "git", "describe", "--always", "--dirty"));
        return machine;
    }

    /** Processes that want to run, on average of the last minute. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String vectors() throws IOException {
        List<String> flags = List.of(field("/proc/cpuinfo", "flags", field("/proc/cpuinfo", "Features", ""))
                .split(" "));
        return VECTORS.stream().filter(flags::contains).collect(Collectors.joining(", "));
    }

    private static String field(String file, String name, String otherwise) throws IOException {
        if (!Files.isReadable(Path.of(file))) {
            return otherwise;
        }
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse(otherwise);
        }
    }

    /** Empty where there is no such program. */
    private static String firstLine(Path home, String... command) throws InterruptedException {
        try {
            return ChildRun.output(Duration.ofSeconds(20), home, List.of(command))
                    .lines()
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
