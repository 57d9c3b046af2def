package io.segwatch.bench.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A temporary folder that is gone when it is closed, with all that is in it.
 *
 * @param path of the folder
 */
public record WorkFolder(Path path) implements AutoCloseable {
    /** @param name what is measured, for who finds it meanwhile */
    public static WorkFolder create(String name) throws IOException {
        return new WorkFolder(Files.createTempDirectory("segwatch-" + name));
    }

    @Override
    public void close() throws IOException {
        List<Path> inner;
        try (Stream<Path> files = Files.walk(path)) {
            inner = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : inner) {
            Files.deleteIfExists(file);
        }
    }
}
