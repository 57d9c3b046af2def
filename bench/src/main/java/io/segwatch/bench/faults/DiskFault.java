package io.segwatch.bench.faults;

import static io.segwatch.bench.faults.Measured.secondsBetween;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The disk of the broker fills up; on a small file system in memory of its own. */
final class DiskFault {
    private static final int DISK_MIB = 400;
    private static final int MIN_FREE_MIB = 96;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    static final Fault DISK_FULL = new Fault(
            "disk-full",
            "said within 15 s when less than segwatch.broker.min-free is left; a full disk ends the broker; no alert lost or"
                    + " doubled once there is room and it is started again",
            2,
            DiskFault::run);

    private DiskFault() {}

    private static void run(TestBed outer, int rounds, Measured measured) throws Exception {
        Path disk = Files.createDirectories(outer.folder().resolve("disk"));
        if (!command("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "segwatch-faults", disk.toString())) {
            measured.note("not tried: this user may not mount a file system");
            return;
        }
        Path folder = outer.folder().resolve("disk-logs");
        Fault inner = new Fault(DISK_FULL.name(), DISK_FULL.promise(), rounds, (bed, times, result) -> {
            for (int round = 1; round <= times; round++) {
                fill(bed, disk, result);
                bed.progress(String.format("disk full, %d of %d done", round, times));
            }
        });
        try (TestBed bed = new TestBed(
                folder,
                disk.resolve("data"),
                Map.of("segwatch.broker.min-free", MIN_FREE_MIB + "MiB"),
                line -> outer.progress("disk-full: " + line))) {
            measured.add(bed.measure(inner, rounds));
        } finally {
            command("umount", "-l", disk.toString());
        }
    }

    private static void fill(TestBed bed, Path disk, Measured measured) throws Exception {
        RoleProcess broker = bed.deployment.process("broker");
        Path ballast = disk.resolve("ballast");
        TimeUnit.SECONDS.sleep(3);
        long free = disk.toFile().getUsableSpace();
        write(ballast, free - (MIN_FREE_MIB / 2L << 20));
        long isShort = System.nanoTime();
        Waiting.until(
                "the broker says that its disk is short",
                PATIENCE,
                () -> broker.answer("/ready").contains("are free on the disk"));
        measured.noticed.add(secondsBetween(isShort, System.nanoTime()));
        try {
            write(ballast, Long.MAX_VALUE);
        } catch (IOException e) {
            // Full.
        }
        Waiting.until("the broker ends", PATIENCE, () -> !broker.isAlive());
        TimeUnit.SECONDS.sleep(5);
        Files.delete(ballast);
        long room = System.nanoTime();
        long roomMs = System.currentTimeMillis();
        for (RoleProcess process : bed.deployment.processes().values()) {
            if (!process.isAlive() || !process.answer("/health").startsWith("200")) {
                measured.note("%s ended", process.name);
                process.kill();
                process.start();
            }
        }
        Waiting.until("new alerts are delivered", PATIENCE, () -> bed.receiver.newestMs() > roomMs);
        measured.back.add(secondsBetween(room, System.nanoTime()));
        measured.checkNoticed(1, 15);
    }

    private static void write(Path file, long bytes) throws IOException {
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (long left = bytes; left > 0; left -= block.length) {
                out.write(block);
            }
        }
    }

    private static boolean command(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
