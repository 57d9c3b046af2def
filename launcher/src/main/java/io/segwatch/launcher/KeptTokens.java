package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;

/** The tokens that {@code segwatch login} keeps: one for each server, in a file that nobody else can read. */
final class KeptTokens {
    private static final ObjectMapper json = new ObjectMapper();

    private final Path file;

    private KeptTokens(Path file) {
        this.file = file;
    }

    /** Those of the user who runs this command. */
    static KeptTokens own() {
        String set = System.getenv("XDG_CONFIG_HOME");
        Path folder = set == null || set.isBlank() ? Path.of(System.getProperty("user.home"), ".config") : Path.of(set);
        return new KeptTokens(folder.resolve("segwatch").resolve("tokens.json"));
    }

    Path file() {
        return file;
    }

    Optional<String> find(URI server) throws IOException {
        JsonNode kept = read().get(key(server));
        return kept == null ? Optional.empty() : Optional.of(kept.asText());
    }

    void keep(URI server, String token) throws IOException {
        write(read().put(key(server), token));
    }

    void forget(URI server) throws IOException {
        ObjectNode all = read();
        if (all.remove(key(server)) != null) {
            write(all);
        }
    }

    /** Scheme, host, port and path: a token is shown to no other server. */
    private static String key(URI server) {
        String text = server.toString().toLowerCase(Locale.ROOT);
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private ObjectNode read() throws IOException {
        if (!Files.exists(file)) {
            return json.createObjectNode();
        }
        if (json.readTree(file.toFile()) instanceof ObjectNode all) {
            return all;
        }
        throw new IOException(file + " holds no JSON object; delete it and log in again");
    }

    private void write(ObjectNode all) throws IOException {
        Files.createDirectories(file.getParent());
        var onlyMine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path written = Files.createTempFile(file.getParent(), "tokens", ".new", onlyMine);
        try {
            Files.writeString(written, json.writerWithDefaultPrettyPrinter().writeValueAsString(all));
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }
}
