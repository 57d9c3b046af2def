package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
    @TempDir
    Path folder;

    @Test
    void saysWhichVideoCannotBeRead() throws Exception {
        try (DemoProcess demo = DemoProcess.start(folder.resolve("data"), "--video", "nowhere.mp4")) {
            assertThat(demo.awaitExit()).isEqualTo(2);
            assertThat(demo.output()).anyMatch(line -> line.contains("nowhere.mp4 is no file that can be read"));
        }
    }
}
