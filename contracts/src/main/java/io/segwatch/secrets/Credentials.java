package io.segwatch.secrets;

import io.segwatch.contracts.Login;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * Users and passwords of cameras, in one file that only its owner can read and that never leaves the machine: cameras
 * name an entry, and the ingest role looks it up as it connects. The file holds {@code NAME.user} and
 * {@code NAME.password} for each entry (java.util.Properties). Threadsafe.
 */
public final class Credentials {
    private final PrivateFile file;

    /** The file need not be there yet. */
    public Credentials(Path file) {
        this.file = new PrivateFile(file, "Segwatch camera credentials");
    }

    /** The entry as the file holds it now, so that a mounted secret can be changed without a restart. */
    public synchronized Optional<Login> find(String name) throws IOException {
        Properties entries = file.read();
        String user = entries.getProperty(name + ".user");
        return user == null
                ? Optional.empty()
                : Optional.of(new Login(user, entries.getProperty(name + ".password", "")));
    }

    /** Adds or replaces an entry. */
    public synchronized void put(String name, Login entry) throws IOException {
        Properties entries = file.read();
        entries.setProperty(name + ".user", entry.user());
        entries.setProperty(name + ".password", entry.password());
        file.write(entries);
    }

    public synchronized void remove(String name) throws IOException {
        Properties entries = file.read();
        entries.remove(name + ".user");
        entries.remove(name + ".password");
        file.write(entries);
    }
}
