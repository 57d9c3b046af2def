package io.segwatch.inference.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A file to segment.
 *
 * @param file to read
 * @param name in the results: as it was given, or the given folder and the path within it
 * @param overlay path of its overlay without a suffix, relative to the output folder
 * @param video whether it holds frames rather than a picture
 */
record Input(Path file, String name, Path overlay, boolean video) {
    private static final Set<String> PICTURES =
            Set.of("jpg", "jpeg", "jpe", "png", "bmp", "webp", "tif", "tiff", "gif", "ppm", "pgm", "pbm", "jp2");
    private static final Set<String> VIDEOS = Set.of(
            "mp4", "m4v", "mkv", "avi", "mov", "webm", "mpg", "mpeg", "ts", "ogv", "wmv", "flv", "3gp", "h264", "h265");

    /** Files as they are, folders with every picture and video below them in the order of their names. */
    static List<Input> of(List<Path> given) throws IOException {
        List<Input> inputs = new ArrayList<>();
        Set<Path> overlays = new HashSet<>();
        for (Path path : given) {
            // A missing or unreadable file becomes an error line of the results.
            for (Path file : Files.isDirectory(path) ? below(path) : List.of(path)) {
                Path overlay = Files.isDirectory(path) ? path.relativize(file) : path.getFileName();
                inputs.add(new Input(file, file.toString(), unique(overlays, overlay), VIDEOS.contains(suffix(file))));
            }
        }
        return inputs;
    }

    private static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> PICTURES.contains(suffix(file)) || VIDEOS.contains(suffix(file)))
                    .sorted()
                    .toList();
        }
    }

    /** Two inputs of one name must not write one overlay. */
    private static Path unique(Set<Path> taken, Path requested) {
        Path path = requested;
        for (int i = 2; !taken.add(path); i++) {
            path = requested.resolveSibling(requested.getFileName() + "-" + i);
        }
        return path;
    }

    private static String suffix(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
