package io.segwatch.secrets;

import io.segwatch.config.Configuration;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;

/** A properties file that only its owner can read, replaced whole at each change. Not threadsafe. */
final class PrivateFile {
    private final Path file;
    private final String comment;

    PrivateFile(Path file, String comment) {
        this.file = file;
        this.comment = comment;
    }

    /** Empty when there is no file yet. */
    Properties read() throws IOException {
        Properties entries = new Properties();
        if (Files.exists(file)) {
            entries.putAll(Configuration.read(file));
        }
        return entries;
    }

    void write(Properties entries) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path fresh = Files.createTempFile(folder, "owners", ".new", ownerOnly);
        try (Writer writer = Files.newBufferedWriter(fresh)) {
            entries.store(writer, comment);
        }
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
