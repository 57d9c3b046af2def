package io.segwatch.dashboard.access;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What a session or an API token is shown by: 256 random bits, of which only a hash is kept. They cannot be guessed, so
 * a fast hash will do.
 *
 * @param text as it is shown
 * @param hash what is kept
 */
record IssuedSecret(String text, byte[] hash) {
    private static final SecureRandom random = new SecureRandom();
    private static final int BYTES = 32;
    private static final int ID_BYTES = 16;
    private static final int MAX_LENGTH = 100;

    /** @param prefix by which people and scanners know what it is */
    static IssuedSecret make(String prefix) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return of(prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    static IssuedSecret of(String text) {
        String bounded = text.length() > MAX_LENGTH ? "" : text;
        try {
            byte[] bytes = bounded.getBytes(StandardCharsets.UTF_8);
            return new IssuedSecret(
                    bounded, MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A random number, as a version that no other equals. */
    static long version() {
        return random.nextLong();
    }

    /** By which it is found, and which tells nothing of it. */
    String id() {
        return HexFormat.of().formatHex(Arrays.copyOf(hash, ID_BYTES));
    }

    ByteString kept() {
        return ByteString.copyFrom(hash);
    }

    boolean matches(ByteString other) {
        return MessageDigest.isEqual(hash, other.toByteArray());
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return id();
    }
}
