package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts where a container allows little. */
class HardenedIT {
    /** Not below the machine's folder for temporary files, which some of these take away. */
    @TempDir(factory = BelowTarget.class)
    Path folder;

    static final class BelowTarget implements org.junit.jupiter.api.io.TempDirFactory {
        @Override
        public Path createTempDirectory(
                org.junit.jupiter.api.extension.AnnotatedElementContext element,
                org.junit.jupiter.api.extension.ExtensionContext context)
                throws IOException {
            return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "hardened");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"noexec", "ro"})
    void librariesRunFromTheDataFolderWhereTemporaryFilesAndHomeWillNotDo(String mount) throws Exception {
        String mounts = "mount --make-rprivate / && mount -t tmpfs -o " + mount + " tmpfs /tmp && mkdir -p /run/no-home"
                + " && mount -t tmpfs -o ro tmpfs /run/no-home && HOME=/run/no-home exec \"$@\"";
        assumeTrue(new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0, "this user may not mount");
        try (ServiceProcess service =
                ServiceProcess.start(folder, List.of("unshare", "-m", "bash", "-c", mounts, "--"), Map.of(), "run")) {
            service.awaitLine("Metrics: port");
            assertThat(folder.resolve("native")).isNotEmptyDirectory();
            assertThat(service.terminate()).isEqualTo(143);
        }
    }

    @Test
    void librariesRunFromTheDataFolderOfAUserWithoutAHome() throws Exception {
        String options = "-Xmx640m -XX:+UseSerialGC -Duser.home=?";
        try (ServiceProcess service =
                ServiceProcess.start(folder, List.of(), Map.of("SEGWATCH_JAVA_OPTIONS", options), "run")) {
            service.awaitLine("Metrics: port");
            assertThat(service.output()).anyMatch(line -> line.contains("libraries; " + folder.resolve("native")));
        }
    }

    @Test
    void saysInOneSentenceThatAFolderWillNotDo() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (ServiceProcess service = ServiceProcess.start(
                folder, List.of(), Map.of("SEGWATCH_JAVA_OPTIONS", "-Djava.io.tmpdir=" + file), "run")) {
            assertThat(service.awaitExit()).isEqualTo(1);
            assertThat(service.output())
                    .singleElement()
                    .asString()
                    .startsWith("segwatch: Native libraries cannot be unpacked: ")
                    .contains(file.toString(), "-Djava.io.tmpdir=FOLDER");
        }
    }

    @Test
    void aHeapThatIsTooSmallEndsTheProcess() throws Exception {
        try (ServiceProcess service =
                ServiceProcess.start(folder, List.of(), Map.of("SEGWATCH_JAVA_OPTIONS", "-Xmx24m"), "run")) {
            assertThat(service.awaitExit()).isEqualTo(3);
            assertThat(service.output()).anyMatch(line -> line.contains("OutOfMemoryError"));
        }
    }
}
