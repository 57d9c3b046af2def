package io.segwatch.bench.service;

import io.segwatch.bench.results.ChildRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Loops as somebody would write them in Python, with packages that pip installs into an environment of their own. */
final class PythonLoops {
    private static final Duration INSTALLING = Duration.ofMinutes(10);

    private final Path home;
    private final Path python;
    private String missing = "";

    /** Makes the environment once; when that fails, {@link #missing()} says so. */
    PythonLoops(Path home) throws InterruptedException {
        this.home = home;
        Path environment = home.resolve("bench/target/loops-venv");
        this.python = environment.resolve("bin/python");
        Path made = environment.resolve("requirements.txt");
        Path wanted = script("loops.txt");
        try {
            if (!Files.exists(made) || !Files.readString(made).equals(Files.readString(wanted))) {
                ChildRun.output(INSTALLING, home, List.of("python3", "-m", "venv", environment.toString()));
                ChildRun.output(
                        INSTALLING,
                        home,
                        List.of(python.toString(), "-m", "pip", "install", "-q", "-r", wanted.toString()));
                Files.copy(wanted, made);
            }
        } catch (IOException e) {
            missing = "pip could not install " + wanted.getFileName() + " ("
                    + e.getMessage().lines().reduce((first, last) -> last).orElse("") + ")";
        }
    }

    /** Why there are none; empty when they can be run. */
    String missing() {
        return missing;
    }

    private Path script(String name) {
        return home.resolve("bench/src/main/python").resolve(name);
    }

    /** Frames a second. @param arguments of {@code loops.py} */
    double run(int seconds, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(python.toString(), script("loops.py").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--seconds", Integer.toString(seconds)));
        return Double.parseDouble(ChildRun.output(Duration.ofSeconds(seconds + 180L), home, command)
                .trim());
    }
}
