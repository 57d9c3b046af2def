package io.segwatch.launcher;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where libraries unpack their native parts, which then must be allowed to run: ONNX Runtime, RocksDB and Kafka's
 * codecs in the folder for temporary files, FFmpeg and the tokenizer in the user's home. In a hardened container
 * neither may be writable, or both without exec; the data folder then takes their place. To be prepared before the
 * first library is loaded.
 */
final class NativeLibraries {
    private static final Logger log = LoggerFactory.getLogger(NativeLibraries.class);
    private static final String TEMPORARY = "java.io.tmpdir";
    /** Of FFmpeg and OpenCV, and of the tokenizer. */
    private static final Set<String> CACHES = Set.of("org.bytedeco.javacpp.cachedir", "DJL_CACHE_DIR");

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private NativeLibraries() {}

    /** @throws IOException when no folder will do, naming each with what is wrong and the settings */
    static void prepare(Path dataDir) throws IOException {
        Path own = dataDir.resolve("native");
        Path temporary = Path.of(System.getProperty(TEMPORARY));
        Optional<String> wrong = problem(temporary);
        if (wrong.isPresent()) {
            // Java reads the property once, as it starts: the script names another folder where it can.
            throw new IOException("Native libraries cannot be unpacked: " + wrong.get()
                    + ". Name a folder that can be written and whose files may be run with -D" + TEMPORARY
                    + "=FOLDER in JAVA_TOOL_OPTIONS.");
        }
        Path home = Path.of(System.getProperty("user.home", "?"));
        if (!home.isAbsolute() || !Files.isDirectory(home) || problem(home).isPresent()) {
            Path cache = problem(own).isEmpty() ? own : ownedFolder(temporary);
            log.info("The home folder {} cannot hold native libraries; {} does", home, cache);
            for (String property : CACHES) {
                if (System.getProperty(property) == null && System.getenv(property) == null) {
                    System.setProperty(property, cache.resolve("cache").toString());
                }
            }
        }
    }

    /** What keeps native libraries from running out of the folder, which is made when it is missing. */
    static Optional<String> problem(Path folder) {
        try {
            Files.createDirectories(folder);
            Path file = Files.createFile(folder.resolve("segwatch-" + UUID.randomUUID() + ".so"), OWNER_ONLY);
            // Where a file system is mounted without exec, no file is executable, whatever its mode.
            boolean executable = Files.isExecutable(file);
            Files.delete(file);
            return executable ? Optional.empty() : Optional.of("nothing may be executed in " + folder + " (noexec)");
        } catch (IOException e) {
            String reason = e instanceof FileSystemException failed && failed.getReason() != null
                    ? failed.getReason()
                    : e.getClass().getSimpleName();
            return Optional.of("no file can be written in " + folder + " (" + reason + ")");
        }
    }

    /** A folder that stays the same from start to start, and that nobody else can put a library into. */
    private static Path ownedFolder(Path temporary) throws IOException {
        Path folder = temporary.resolve("segwatch-" + System.getProperty("user.name"));
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return Files.createDirectory(folder, OWNER_ONLY);
        }
        Path mine = Files.createTempFile("segwatch", null);
        boolean owned = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(folder).equals(Files.getOwner(mine))
                && PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))
                        .endsWith("------");
        Files.delete(mine);
        return owned ? folder : Files.createTempDirectory("segwatch", OWNER_ONLY);
    }
}
