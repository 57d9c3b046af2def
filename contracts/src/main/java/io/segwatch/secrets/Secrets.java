package io.segwatch.secrets;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The secrets that webhooks are signed with, in one file that only its owner can read and that never leaves the
 * machine: {@code ID=whsec_…} for each webhook (java.util.Properties). A secret that was replaced stays beside the new
 * one for a day, as {@code ID=whsec_… whsec_…@UNTIL} (milliseconds since 1970), so that a receiver has time to take the
 * new one up. Threadsafe.
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

    private static final int NEW_BYTES = 32;

    /** How long a replaced secret still signs. */
    public static final Duration OVERLAP = Duration.ofHours(24);

    private static final Pattern WORDS = Pattern.compile(" +");
    private static final char UNTIL = '@';

    private final PrivateFile file;
    private final InstantSource clock;

    /** The file need not be there yet. */
    public Secrets(Path file) {
        this(file, InstantSource.system());
    }

    Secrets(Path file, InstantSource clock) {
        this.clock = clock;
        this.file = new PrivateFile(file, "Segwatch webhook secrets");
    }

    /** A new secret as {@link Secret#of} takes it, to be shown once. */
    public static String random() {
        byte[] key = new byte[NEW_BYTES];
        new SecureRandom().nextBytes(key);
        return Secret.PREFIX + Base64.getEncoder().encodeToString(key);
    }

    /**
     * The secrets to sign with, as the file holds them now, so that a mounted one can be changed without a restart: the
     * newest first, then those that were replaced lately; empty when there is none.
     *
     * @throws IllegalArgumentException when the file holds what is no secret
     */
    public synchronized List<Secret> find(String webhook) throws IOException {
        String entry = file.read().getProperty(webhook, "");
        return WORDS.splitAsStream(entry)
                .filter(word -> !word.isEmpty())
                .flatMap(this::stillSigning)
                .toList();
    }

    private Stream<Secret> stillSigning(String word) {
        int at = word.indexOf(UNTIL);
        if (at < 0) {
            return Stream.of(Secret.of(word));
        }
        boolean over = millis(word.substring(at + 1)) <= clock.millis();
        return over ? Stream.empty() : Stream.of(Secret.of(word.substring(0, at)));
    }

    private static long millis(String until) {
        try {
            return Long.parseLong(until);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must have a time in milliseconds after " + UNTIL, e);
        }
    }

    /** Adds a webhook's secret, or replaces it: the one before still signs for {@link #OVERLAP}. */
    public synchronized void put(String webhook, Secret secret) throws IOException {
        Properties entries = file.read();
        String before = WORDS.split(entries.getProperty(webhook, ""))[0];
        boolean replaces = !before.isEmpty() && !before.equals(secret.text);
        long until = clock.millis() + OVERLAP.toMillis();
        entries.setProperty(webhook, replaces ? secret.text + " " + before + UNTIL + until : secret.text);
        file.write(entries);
    }

    public synchronized void remove(String webhook) throws IOException {
        Properties entries = file.read();
        if (entries.remove(webhook) != null) {
            file.write(entries);
        }
    }
}
