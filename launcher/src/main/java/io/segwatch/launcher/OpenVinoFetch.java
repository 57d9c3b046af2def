package io.segwatch.launcher;

import io.segwatch.inference.openvino.OpenVino;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Fetches the wheel that holds OpenVINO, checks its hash, and unpacks the libraries that a CPU needs of it. */
final class OpenVinoFetch {
    /** One wheel for all: the libraries in those for other Pythons are the same. */
    private static final List<String> PLATFORM = List.of(
            "--only-binary=:all:", "--platform=manylinux_2_28_x86_64", "--implementation=cp", "--python-version=3.11");

    private static final String SHA256 = "2d22b1da03f7caf74df30e9f6417d0ab2f637e4a38e08e1dcd294d2c37407aaf";
    private static final String LIBRARIES = "openvino/libs";
    private static final List<String> NEEDED = List.of(
            "libopenvino_c.so",
            "libopenvino.so",
            "libopenvino_intel_cpu_plugin.so",
            "libopenvino_onnx_frontend.so",
            // Compiled graphs are read back by it.
            "libopenvino_ir_frontend.so",
            "libtbb.so",
            "libtbbbind_2_5.so",
            "libhwloc.so");
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private OpenVinoFetch() {}

    /**
     * @param target not there, or empty
     * @throws IOException when the library cannot be had or is not the one expected, with the remedy
     */
    static void into(Path target) throws IOException, InterruptedException {
        String machine = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        if (!machine.equals("Linux on amd64")) {
            throw new IOException("There is no OpenVINO to fetch for " + machine
                    + "; name the folder of one that you have in segwatch.inference.openvino.");
        }
        if (Files.exists(target) && !isEmptyFolder(target)) {
            throw new IOException(target + " is there and holds no OpenVINO; name a new folder.");
        }
        Files.createDirectories(target.getParent());
        Path folder = Files.createTempDirectory(target.getParent(), "fetch");
        try {
            Path wheel = wheel(folder);
            String actual = PipDownload.sha256(wheel);
            if (!SHA256.equals(actual)) {
                throw new IOException(wheel.getFileName() + " has the SHA-256 " + actual + ", not the expected "
                        + SHA256 + "; nothing of it was kept.");
            }
            Path fresh = Files.createDirectory(folder.resolve("libs"));
            unpack(wheel, fresh);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            PipDownload.delete(folder);
        }
    }

    private static boolean isEmptyFolder(Path target) throws IOException {
        if (!Files.isDirectory(target)) {
            return false;
        }
        try (Stream<Path> files = Files.list(target)) {
            return files.findAny().isEmpty();
        }
    }

    private static Path wheel(Path folder) throws IOException, InterruptedException {
        try {
            return PipDownload.wheel("openvino==" + OpenVino.VERSION, folder, TIMEOUT, PLATFORM);
        } catch (IOException e) {
            throw new IOException(
                    "OpenVINO cannot be had (" + e.getMessage() + "). Install pip (Debian: apt-get install"
                            + " python3-pip) and be online once, or name the folder of one that you have in"
                            + " segwatch.inference.openvino.",
                    e);
        }
    }

    private static void unpack(Path wheel, Path fresh) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(wheel);
                Stream<Path> files = Files.list(zip.getPath(LIBRARIES))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (NEEDED.stream().anyMatch(needed -> name.equals(needed) || name.startsWith(needed + "."))) {
                    Files.copy(file, fresh.resolve(name));
                }
            }
        }
    }
}
