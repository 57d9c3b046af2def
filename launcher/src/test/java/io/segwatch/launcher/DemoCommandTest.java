package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.ingest.IngestConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DemoCommandTest {
    @Test
    void foldersOfVideosThatAreConfiguredAreAllowedBesideTheDemosOwn(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("segwatch.properties");
        Files.writeString(file, "segwatch.ingest.file-roots=/videos/yard,/videos/gate\n");
        DemoCommand demo = new DemoCommand();
        new CommandLine(demo).parseArgs("--config", file.toString(), "--video", "/clips/street.mp4");
        assertThat(demo.configuration("file:///clips/street.mp4")
                        .get(IngestConfig.class)
                        .fileRoots()
                        .orElseThrow())
                .containsExactly(Path.of("/videos/yard"), Path.of("/videos/gate"), Path.of("/clips"));
    }
}
