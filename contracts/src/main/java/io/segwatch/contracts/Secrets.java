package io.segwatch.contracts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;

/**
 * The secrets that webhooks are signed with, in one file that only its owner can read and that never leaves the
 * machine: {@code ID=whsec_…} for each webhook (java.util.Properties). Threadsafe.
 */
public final class Secrets {
    /** Not a record: its text form must not show the key. */
    public static final class Secret {
        private static final String PREFIX = "whsec_";
        private static final int MIN_BYTES = 24;
        private static final int MAX_BYTES = 64;

        private final String text;
        private final byte[] key;

        private Secret(String text, byte[] key) {
            this.text = text;
            this.key = key;
        }

        /**
         * Reads a secret as the Standard Webhooks specification (1.0) writes it: {@code whsec_} and 24 to 64 bytes in
         * base64.
         *
         * @throws IllegalArgumentException when it is none, with the remedy, and without showing it
         */
        public static Secret of(String text) {
            try {
                byte[] key = Base64.getDecoder().decode(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "");
                if (key.length >= MIN_BYTES && key.length <= MAX_BYTES) {
                    return new Secret(text, key);
                }
            } catch (IllegalArgumentException e) {
                // Answered below, without the secret that the decoder's message may hold.
            }
            throw new IllegalArgumentException("must be whsec_ and " + MIN_BYTES + " to " + MAX_BYTES
                    + " random bytes in base64, as made by: echo whsec_$(openssl rand -base64 32)");
        }

        /** The bytes that the HMAC is keyed with. */
        public byte[] key() {
            return key.clone();
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    private final OwnersFile file;

    /** The file need not be there yet. */
    public Secrets(Path file) {
        this.file = new OwnersFile(file, "Segwatch webhook secrets");
    }

    /**
     * The secret as the file holds it now, so that a mounted one can be changed without a restart.
     *
     * @throws IllegalArgumentException when the file holds what is no secret
     */
    public synchronized Optional<Secret> find(String webhook) throws IOException {
        return Optional.ofNullable(file.read().getProperty(webhook)).map(Secret::of);
    }

    /** Adds or replaces a webhook's secret. */
    public synchronized void put(String webhook, Secret secret) throws IOException {
        Properties entries = file.read();
        entries.setProperty(webhook, secret.text);
        file.write(entries);
    }

    public synchronized void remove(String webhook) throws IOException {
        Properties entries = file.read();
        if (entries.remove(webhook) != null) {
            file.write(entries);
        }
    }
}
