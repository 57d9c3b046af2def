package io.segwatch.contracts;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;

/**
 * Users and passwords of cameras, in one file that only its owner can read and that never leaves the machine: cameras
 * name an entry, and the ingest role looks it up as it connects. The file holds {@code NAME.user} and
 * {@code NAME.password} for each entry (java.util.Properties). Threadsafe.
 */
public final class Credentials {
    /** Not a record: its text form must not show the password. */
    public static final class Entry {
        private final String user;
        private final String password;

        public Entry(String user, String password) {
            this.user = user;
            this.password = password;
        }

        public String user() {
            return user;
        }

        public String password() {
            return password;
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    private final Path file;

    /** The file need not be there yet. */
    public Credentials(Path file) {
        this.file = file;
    }

    /** The entry as the file holds it now, so that a mounted secret can be changed without a restart. */
    public synchronized Optional<Entry> find(String name) throws IOException {
        Properties entries = read();
        String user = entries.getProperty(name + ".user");
        return user == null
                ? Optional.empty()
                : Optional.of(new Entry(user, entries.getProperty(name + ".password", "")));
    }

    /** Adds or replaces an entry. */
    public synchronized void put(String name, Entry entry) throws IOException {
        Properties entries = read();
        entries.setProperty(name + ".user", entry.user());
        entries.setProperty(name + ".password", entry.password());
        write(entries);
    }

    public synchronized void remove(String name) throws IOException {
        Properties entries = read();
        entries.remove(name + ".user");
        entries.remove(name + ".password");
        write(entries);
    }

    private Properties read() throws IOException {
        Properties entries = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                entries.load(reader);
            }
        }
        return entries;
    }

    private void write(Properties entries) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path fresh = Files.createTempFile(folder, "credentials", ".new", ownerOnly);
        try (Writer writer = Files.newBufferedWriter(fresh)) {
            entries.store(writer, "Segwatch camera credentials");
        }
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
