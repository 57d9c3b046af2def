package io.segwatch.bench.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.segwatch.failure.FatalErrors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * CPU time of this process by step. A hundred times a second, the CPU time that each thread has used since the last
 * look is given to the step that its stack shows now. Threads that Java does not know are told apart by name: the
 * compilers, the garbage collector, and what remains, the native libraries' own. A thread of its own; other methods are
 * threadsafe.
 */
final class CpuSteps implements AutoCloseable {
    private static final long TICK_MS = 10;
    private static final int DEPTH = 64;
    /** Of a tick of proc(5)'s stat. */
    private static final double TICK_OF_PROC_MS = 10;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final BooleanSupplier wanted;
    private final Thread sampler;
    private final Map<Long, Long> cpuBefore = new HashMap<>();
    private final Map<String, Double> millis = new TreeMap<>();
    private final Map<Long, Long> bytesBefore = new HashMap<>();
    private double allocatedBytes;
    private double processMillis;
    private volatile boolean closed;

    /** @param wanted whether to count just now */
    CpuSteps(BooleanSupplier wanted) {
        this.wanted = wanted;
        this.sampler = new Thread(FatalErrors.guarded(this::run), "cpu-steps");
        this.sampler.setDaemon(true);
        this.sampler.start();
    }

    private void run() {
        try {
            while (!closed && !wanted.getAsBoolean()) {
                Thread.sleep(TICK_MS);
            }
            begin();
            long began = process.getProcessCpuTime();
            Map<String, Double> ownBegan = namedThreads();
            while (!closed && wanted.getAsBoolean()) {
                Thread.sleep(TICK_MS);
                sample();
            }
            end(process.getProcessCpuTime() - began, ownBegan);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin() {
        for (long id : threads.getAllThreadIds()) {
            cpuBefore.put(id, threads.getThreadCpuTime(id));
            bytesBefore.put(id, threads.getThreadAllocatedBytes(id));
        }
    }

    private synchronized void sample() {
        long[] all = threads.getAllThreadIds();
        long[] used = new long[all.length];
        int busy = 0;
        long[] busyIds = new long[all.length];
        for (long id : all) {
            long now = threads.getThreadCpuTime(id);
            long before = cpuBefore.getOrDefault(id, 0L);
            if (now > before) {
                cpuBefore.put(id, now);
                used[busy] = now - before;
                busyIds[busy++] = id;
            }
        }
        ThreadInfo[] infos = threads.getThreadInfo(Arrays.copyOf(busyIds, busy), DEPTH);
        for (int i = 0; i < busy; i++) {
            if (infos[i] != null) {
                add(CpuStep.of(infos[i].getThreadName(), infos[i].getStackTrace()), used[i] / 1e6);
            }
        }
    }

    private synchronized void end(long processNanos, Map<String, Double> ownBegan) {
        processMillis = processNanos / 1e6;
        namedThreads().forEach((step, ms) -> add(step, ms - ownBegan.getOrDefault(step, 0.0)));
        double told = millis.values().stream().mapToDouble(Double::doubleValue).sum();
        add(CpuStep.NATIVE, Math.max(0, processMillis - told));
        for (long id : threads.getAllThreadIds()) {
            allocatedBytes += Math.max(0, threads.getThreadAllocatedBytes(id) - bytesBefore.getOrDefault(id, 0L));
        }
    }

    private void add(String step, double ms) {
        millis.merge(step, ms, Double::sum);
    }

    /** CPU milliseconds so far of threads that are no Java threads and have names that tell what they do. */
    private static Map<String, Double> namedThreads() {
        Map<String, Double> named = new HashMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                String stat = Files.readString(task.resolve("stat"));
                String step = CpuStep.ofNative(stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')')));
                if (step != null) {
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    double ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                    named.merge(step, ticks * TICK_OF_PROC_MS, Double::sum);
                }
            }
        } catch (IOException e) {
            // There is no such folder, or a thread has ended: they are counted among the native libraries' own.
            return named;
        }
        return named;
    }

    /** CPU milliseconds of a frame by step, most first, and what was allocated for it. */
    synchronized ObjectNode report(long frames) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        ObjectNode steps = report.put("frames", frames)
                .put("cpuMsOfFrame", rounded(processMillis / frames))
                .put("allocatedBytesOfFrame", Math.round(allocatedBytes / frames))
                .putObject("steps");
        millis.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .forEach(step -> steps.put(step.getKey(), rounded(step.getValue() / frames)));
        return report;
    }

    private static double rounded(double ms) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.3f", ms));
    }

    @Override
    public void close() {
        closed = true;
    }
}
