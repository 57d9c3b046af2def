package io.segwatch.secrets;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Secrets in a file that a person, or another program, wrote: {@code NAME.FIELD=value} for each field, and
 * {@code NAME.address} for where it may be told (java.util.Properties).
 */
final class SecretFile implements SecretStore {
    private static final String ADDRESS = "address";

    private final Path path;
    private final PrivateFile file;
    private final String plain;

    /** @param plain the field whose line is {@code NAME} alone; empty for none */
    SecretFile(Path path, String comment, String plain) {
        this.path = path;
        this.file = new PrivateFile(path, comment);
        this.plain = plain;
    }

    private Properties entries() throws IOException {
        try {
            return file.read();
        } catch (FileSystemException e) {
            throw new IOException(
                    "The file " + path + " cannot be read (" + e.getClass().getSimpleName()
                            + "). Check that its owner runs this process.",
                    e);
        }
    }

    @Override
    public synchronized Optional<KeptSecret> read(String name) throws IOException {
        Map<String, String> fields = new HashMap<>();
        entries().forEach((key, value) -> {
            String line = key.toString();
            if (line.equals(name) && !plain.isEmpty()) {
                fields.put(plain, value.toString());
            } else if (line.startsWith(name + ".")) {
                fields.put(line.substring(name.length() + 1), value.toString());
            }
        });
        String address = fields.remove(ADDRESS);
        return fields.isEmpty()
                ? Optional.empty()
                : Optional.of(new KeptSecret(address == null ? "" : address, fields));
    }

    @Override
    public synchronized void write(String name, KeptSecret secret) throws IOException {
        Properties entries = entries();
        removeLines(entries, name);
        secret.fields()
                .forEach((field, value) -> entries.setProperty(field.equals(plain) ? name : name + "." + field, value));
        entries.setProperty(name + "." + ADDRESS, secret.authority());
        file.write(entries);
    }

    @Override
    public synchronized void remove(String name) throws IOException {
        Properties entries = entries();
        if (removeLines(entries, name)) {
            file.write(entries);
        }
    }

    /** Whether entries can be taken out of it. */
    boolean isWritable() {
        return Files.isWritable(path) && Files.isWritable(path.toAbsolutePath().getParent());
    }

    private boolean removeLines(Properties entries, String name) {
        return entries.keySet()
                .removeIf(key ->
                        key.equals(name) && !plain.isEmpty() || key.toString().startsWith(name + "."));
    }
}
