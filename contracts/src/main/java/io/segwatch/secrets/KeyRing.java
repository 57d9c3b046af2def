package io.segwatch.secrets;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a file, one a line: 32 bytes in base64, as {@code openssl rand -base64 32} makes them; lines that begin
 * with # are remarks. The first encrypts, each decrypts. The file is read at each use, so that a mounted one can be
 * changed without a restart. Threadsafe.
 */
final class KeyRing {
    private static final int KEY_BYTES = 32;
    private static final int ID_BYTES = 8;
    private static final long MAX_FILE_BYTES = 64 << 10;

    /** @param id the beginning of the key's SHA-256, in hex */
    record Key(String id, Aead aead) {}

    private final Path file;

    KeyRing(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    boolean isReadableByOthers() {
        try {
            return Files.exists(file) && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** The key that encrypts; makes the file when there is none. */
    Key first() throws IOException {
        if (!Files.exists(file)) {
            make();
        }
        List<Key> keys = keys();
        if (keys.isEmpty()) {
            throw new IOException(file + " (segwatch.secrets-key-file) holds no key. Write the output of"
                    + " openssl rand -base64 32 into it.");
        }
        return keys.get(0);
    }

    Optional<Key> find(String id) throws IOException {
        return keys().stream().filter(key -> key.id().equals(id)).findFirst();
    }

    private List<Key> keys() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException(file + " (segwatch.secrets-key-file) is too large for a file of keys.");
        }
        List<Key> keys = new ArrayList<>();
        int number = 0;
        for (String line : lines()) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                keys.add(key(line.strip(), number));
            }
        }
        return keys;
    }

    private List<String> lines() throws IOException {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (FileSystemException e) {
            throw new IOException(
                    file + " (segwatch.secrets-key-file) cannot be read ("
                            + e.getClass().getSimpleName() + "). Check that its owner runs this process.",
                    e);
        }
    }

    private Key key(String line, int number) throws IOException {
        try {
            byte[] bytes = Base64.getDecoder().decode(line);
            if (bytes.length == KEY_BYTES) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
                return new Key(HexFormat.of().formatHex(Arrays.copyOf(hash, ID_BYTES)), new AesGcmJce(bytes));
            }
        } catch (IllegalArgumentException e) {
            // Answered below, without the key that the decoder's message may hold.
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java knows no AES", e);
        }
        throw new IOException(file + " (segwatch.secrets-key-file) line " + number
                + " is no key. Make one with openssl rand -base64 32.");
    }

    private void make() throws IOException {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path folder = file.toAbsolutePath().getParent();
        try {
            Files.createDirectories(folder);
            Path fresh = Files.createTempFile(folder, "key", ".new", ownerOnly);
            Files.writeString(fresh, Base64.getEncoder().encodeToString(bytes) + "\n");
            try {
                // Another process may be making it too: one of the two keys stays.
                Files.createLink(file, fresh);
            } catch (FileAlreadyExistsException e) {
                // Its key is the one.
            } finally {
                Files.delete(fresh);
            }
        } catch (IOException e) {
            throw new IOException(
                    "There is no key to encrypt secrets with, and none can be written to " + file + " ("
                            + e.getClass().getSimpleName()
                            + "). Put the output of openssl rand -base64 32 there, or name a file that has it with"
                            + " segwatch.secrets-key-file.",
                    e);
        }
    }
}
