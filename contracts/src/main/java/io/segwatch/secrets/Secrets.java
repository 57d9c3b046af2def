package io.segwatch.secrets;

import io.segwatch.contracts.AddressSecrets;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What webhooks are reached and signed with; each is for one scheme, host and port. A signing secret that was replaced
 * stays beside the new one for a day, as {@code whsec_… whsec_…@UNTIL} (milliseconds since 1970), so that a receiver
 * has time to take the new one up. The file holds {@code ID=whsec_…} and {@code ID.address} for each webhook
 * (java.util.Properties). Threadsafe.
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
    private static final String SIGNING = "signing";
    private static final String PARAMETERS = "parameters";
    /** In a file, where it makes a name no webhook's id. */
    private static final String OWN_IN_FILE = "_";

    private static final String PUSH = "push";
    private static final String LINK = "link";
    private static final String KEY = "key";
    private static final String COMMENT = "Segwatch webhook secrets";

    private final SecretFile file;
    private final SecretStore kept;
    /** Of what this installation itself signs with, by kind. */
    private final Function<String, SecretStore> own;

    private final String ownPrefix;
    private final InstantSource clock;

    /** In a file alone. It need not be there yet. */
    public Secrets(Path file) {
        this(file, InstantSource.system());
    }

    Secrets(Path file, InstantSource clock) {
        this.clock = clock;
        this.file = new SecretFile(file, COMMENT, SIGNING);
        this.kept = this.file;
        this.own = kind -> this.file;
        this.ownPrefix = OWN_IN_FILE;
    }

    /** @param file is read for what is not among the sealed ones, and need not be there */
    public Secrets(SealedSecrets sealed, Path file) {
        this.clock = InstantSource.system();
        this.file = new SecretFile(file, COMMENT, SIGNING);
        this.kept = sealed.of("webhook");
        this.own = sealed::of;
        this.ownPrefix = "";
    }

    /** A new secret as {@link Secret#of} takes it, to be shown once. */
    public static String random() {
        byte[] key = new byte[NEW_BYTES];
        new SecureRandom().nextBytes(key);
        return Secret.PREFIX + Base64.getEncoder().encodeToString(key);
    }

    private Optional<KeptSecret> read(String webhook) throws IOException {
        Optional<KeptSecret> found = kept.read(webhook);
        return found.isPresent() ? found : file.read(webhook);
    }

    private Optional<KeptSecret> read(String webhook, String authority) throws IOException {
        Optional<KeptSecret> found = read(webhook);
        return found.isEmpty() ? found : Optional.of(found.get().openedFor(authority, webhook));
    }

    /**
     * The secrets to sign with, as they are kept now, so that they can be changed without a restart: the newest first,
     * then those that were replaced lately; empty when there is none.
     *
     * @param authority scheme, host and port that is posted to
     * @throws IllegalArgumentException when what is kept is no secret
     * @throws IOException when they are for another address or cannot be read, in a sentence without them
     */
    public List<Secret> find(String webhook, String authority) throws IOException {
        String entry =
                read(webhook, authority).map(found -> found.field(SIGNING)).orElse("");
        return WORDS.splitAsStream(entry)
                .filter(word -> !word.isEmpty())
                .flatMap(this::stillSigning)
                .toList();
    }

    /** The secret parts of the webhook's address; otherwise as {@link #find}. */
    public AddressSecrets parts(String webhook, String authority) throws IOException {
        return read(webhook, authority)
                .map(found -> new AddressSecrets(Optional.empty(), KeptSecret.pairs(found.field(PARAMETERS))))
                .orElse(AddressSecrets.NONE);
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

    /** Whether a webhook has a secret to sign with, for whichever address. */
    public boolean has(String webhook) throws IOException {
        return read(webhook).filter(found -> !found.field(SIGNING).isEmpty()).isPresent();
    }

    /** Adds a webhook's secret, or replaces it: the one before still signs for {@link #OVERLAP}; blocks. */
    public void put(String webhook, String authority, Secret secret) throws IOException {
        Optional<KeptSecret> old = read(webhook);
        String before = WORDS.split(old.map(found -> found.field(SIGNING)).orElse(""))[0];
        boolean replaces = !before.isEmpty() && !before.equals(secret.text);
        long until = clock.millis() + OVERLAP.toMillis();
        String signing = replaces ? secret.text + " " + before + UNTIL + until : secret.text;
        write(webhook, authority, old, Map.of(SIGNING, signing));
    }

    /** Binds a webhook's secret to an address, and keeps the secret parts of that address beside it; blocks. */
    public void move(String webhook, String authority, AddressSecrets parts) throws IOException {
        Optional<KeptSecret> old = read(webhook);
        String parameters = Credentials.parameters(parts);
        if (old.isPresent() || !parameters.isEmpty()) {
            write(webhook, authority, old, Map.of(PARAMETERS, parameters));
        }
    }

    /** What is kept of the address stays only where it is the same one. */
    private void write(String webhook, String authority, Optional<KeptSecret> old, Map<String, String> changed)
            throws IOException {
        Map<String, String> fields = new HashMap<>();
        old.ifPresent(found -> {
            fields.put(SIGNING, found.field(SIGNING));
            if (found.authority().equals(authority)) {
                fields.put(PARAMETERS, found.field(PARAMETERS));
            }
        });
        fields.putAll(changed);
        fields.values().removeIf(String::isEmpty);
        kept.write(webhook, new KeptSecret(authority, fields));
    }

    /** The key pair that push messages are signed with, as {@link #putPushKey} was given it; blocks. */
    public Optional<String> pushKey() throws IOException {
        return ownKey(PUSH);
    }

    private Optional<String> ownKey(String kind) throws IOException {
        return own.apply(kind)
                .read(ownPrefix + kind)
                .map(found -> found.field(KEY))
                .filter(key -> !key.isEmpty());
    }

    private void putOwnKey(String kind, String key) throws IOException {
        own.apply(kind).write(ownPrefix + kind, new KeptSecret(kind, Map.of(KEY, key)));
    }

    /** Keeps the key pair that push messages are signed with (VAPID, RFC 8292), as a JSON Web Key; blocks. */
    public void putPushKey(String key) throws IOException {
        putOwnKey(PUSH, key);
    }

    /** The key that addresses of alerts' pictures are signed with ({@code SignedAddress}); may block. */
    public Optional<byte[]> linkKey() throws IOException {
        try {
            return ownKey(LINK).map(Base64.getDecoder()::decode);
        } catch (IllegalArgumentException e) {
            throw new IOException("The key that addresses are signed with is no base64", e);
        }
    }

    /** Keeps that key; blocks. Addresses that another one signed are worth nothing any more. */
    public void putLinkKey(byte[] key) throws IOException {
        putOwnKey(LINK, Base64.getEncoder().encodeToString(key));
    }

    /** Blocks. */
    public void remove(String webhook) throws IOException {
        kept.remove(webhook);
        if (file != kept && file.isWritable()) {
            file.remove(webhook);
        }
    }

    /**
     * Moves an entry out of a file that this process may change, and that names no address for it or this one.
     *
     * @return whether it did
     */
    public boolean takeOver(String webhook, String authority) throws IOException {
        if (file == kept || !file.isWritable() || kept.read(webhook).isPresent()) {
            return false;
        }
        Optional<KeptSecret> found = file.read(webhook)
                .filter(entry ->
                        entry.authority().isEmpty() || entry.authority().equals(authority));
        if (found.isPresent()) {
            kept.write(webhook, new KeptSecret(authority, found.get().fields()));
            file.remove(webhook);
        }
        return found.isPresent();
    }
}
