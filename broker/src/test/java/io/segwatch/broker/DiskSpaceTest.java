package io.segwatch.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DiskSpaceTest {
    private final AtomicLong free = new AtomicLong(300L << 20);

    @Test
    void aShortageIsReportedWhileItLastsWithFiguresAndRemedy() {
        try (DiskSpace disk = new DiskSpace(Path.of("data", "kafka"), 256L << 20, free::get)) {
            assertThat(disk.shortage()).isEmpty();
            free.set(100L << 20);
            disk.check();
            assertThat(disk.shortage())
                    .contains("only 100 MiB are free on the disk of data/kafka, less than"
                            + " segwatch.broker.min-free = 256 MiB; free some, or name a folder on"
                            + " another disk with segwatch.data-dir");
            free.set(256L << 20);
            disk.check();
            assertThat(disk.shortage()).isEmpty();
        }
    }

    @Test
    void zeroIsEnoughWhenNothingIsAskedFor() {
        free.set(0);
        try (DiskSpace disk = new DiskSpace(Path.of("data"), 0, free::get)) {
            assertThat(disk.shortage()).isEmpty();
        }
    }
}
