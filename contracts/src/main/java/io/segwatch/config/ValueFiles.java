package io.segwatch.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Values of secret keys that stand in files of their own, as Kubernetes and Docker mount them: {@code KEY-file}, and in
 * the environment {@code KEY_FILE}, names one.
 */
final class ValueFiles {
    private static final long MAX_BYTES = 64 << 10;

    private final Set<String> secrets;
    private final List<String> problems;

    /**
     * @param secrets keys whose values are secret
     * @param problems gets a sentence for each file that cannot be used
     */
    ValueFiles(Set<String> secrets, List<String> problems) {
        this.secrets = secrets;
        this.problems = problems;
    }

    /** Settings by key, with values in place of files. */
    Map<String, String> read(Map<String, String> given) {
        return read(given, key -> key, "-file");
    }

    /** The same of environment variables. */
    Map<String, String> readEnvironment(Map<String, String> given) {
        return read(given, KnownKeys::variable, "_FILE");
    }

    private Map<String, String> read(Map<String, String> given, UnaryOperator<String> spelling, String suffix) {
        Map<String, String> read = new HashMap<>(given);
        for (String name : secrets.stream().map(spelling).collect(Collectors.toSet())) {
            String file = read.remove(name + suffix);
            if (file == null || file.isBlank()) {
                continue;
            }
            if (!read.getOrDefault(name, "").isBlank()) {
                problems.add(name + " and " + name + suffix + " are both set; give one of the two.");
                continue;
            }
            try {
                read.put(name, text(Configuration.home().resolve(file.strip())));
            } catch (IOException | InvalidPathException e) {
                problems.add(
                        name + suffix + " names " + file.strip() + ", which is no file of up to " + (MAX_BYTES >> 10)
                                + " KiB that can be read (" + e.getClass().getSimpleName() + ").");
            }
        }
        return read;
    }

    /** Without the line end that most editors leave. */
    private static String text(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("too large");
        }
        return Files.readString(file, StandardCharsets.UTF_8).strip();
    }
}
