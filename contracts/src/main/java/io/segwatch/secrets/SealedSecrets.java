package io.segwatch.secrets;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.protobuf.ByteString;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.kafka.Table;
import io.segwatch.v1.SealedSecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What cameras and webhooks are reached with, in the topic {@code segwatch.secrets}, so that the role that is given a
 * secret and the one that needs it may be different processes. Each is encrypted with a key of its own, which a key of
 * the file encrypts (envelope encryption, Google Tink), and opens only under its kind, name and address: a record that
 * somebody copied to another name or address does not. Threadsafe.
 */
public final class SealedSecrets implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SealedSecrets.class);
    private static final Duration CATCH_UP = Duration.ofSeconds(30);
    private static final long WRITE_SECONDS = 10;
    private static final String SOURCE = "secrets";

    private final KeyRing keys;
    private final Producer<String, byte[]> producer;
    private final Sender<SealedSecret> sender;
    private final Table<SealedSecret> table;
    /** Written by this process, and not read back yet; empty for what was deleted. */
    private final ConcurrentMap<String, Optional<SealedSecret>> written = new ConcurrentHashMap<>();

    private SealedSecrets(Kafka kafka, Path keyFile) {
        this.keys = new KeyRing(keyFile);
        this.producer = kafka.producer(SOURCE);
        this.sender = Kafka.sender(Topic.SECRETS, producer, SOURCE);
        this.table = new Table<>(
                kafka, Topic.SECRETS, SOURCE, new DeadLetters(producer, SOURCE), (key, value) -> readBack(key, value));
    }

    /**
     * Reads what is there. The topic must exist; the file of keys need not, until something is written.
     *
     * @throws IllegalStateException when the topic cannot be read within 30 s
     */
    public static SealedSecrets open(Kafka kafka, Path keyFile) throws InterruptedException {
        try {
            AeadConfig.register();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java knows no AES", e);
        }
        SealedSecrets secrets = new SealedSecrets(kafka, keyFile);
        if (!secrets.table.start().awaitCaughtUp(CATCH_UP)) {
            secrets.close();
            throw new IllegalStateException(
                    "The secrets could not be read from " + kafka.bootstrapServers() + " within "
                            + CATCH_UP.toSeconds() + " s. Check that the broker runs, and that this process may read "
                            + Topic.SECRETS + ".");
        }
        secrets.tellUnknownKeys();
        return secrets;
    }

    private void readBack(String key, SealedSecret value) {
        written.remove(key, Optional.ofNullable(value));
    }

    private void tellUnknownKeys() {
        if (keys.isReadableByOthers()) {
            log.warn(
                    "Other users of this machine can read {} (segwatch.secrets-key-file). Close it: chmod 600",
                    keys.file());
        }
        Set<String> unknown = new TreeSet<>();
        for (SealedSecret sealed : table.snapshot().values()) {
            try {
                if (keys.find(sealed.getKeyId()).isEmpty()) {
                    unknown.add(sealed.getKeyId());
                }
            } catch (IOException e) {
                log.warn("{}", e.getMessage());
                return;
            }
        }
        if (!unknown.isEmpty()) {
            log.warn(
                    "Secrets are encrypted with the keys {}, which are not in {} (segwatch.secrets-key-file): what needs"
                            + " them cannot be reached until the file has them, or the secrets are given again.",
                    unknown,
                    keys.file());
        }
    }

    /** Encrypts with the first key of the file what is encrypted with another; returns how many. */
    public int renew() throws IOException {
        int renewed = 0;
        for (String kept : table.snapshot().keySet()) {
            // What was written or removed here a moment ago may not have come back yet.
            Optional<SealedSecret> old = newest(kept);
            if (old.isPresent() && isOfAnOlderKey(old.get())) {
                write(old.get(), Optional.of(open(old.get())));
                renewed++;
            }
        }
        if (renewed > 0) {
            log.info(
                    "{} secrets are encrypted with the key {} now",
                    renewed,
                    keys.first().id());
        }
        return renewed;
    }

    private boolean isOfAnOlderKey(SealedSecret secret) throws IOException {
        return keys.find(secret.getKeyId()).isPresent() && !keys.first().id().equals(secret.getKeyId());
    }

    /** The secrets of one kind. */
    SecretStore of(String kind) {
        return new SecretStore() {
            @Override
            public Optional<KeptSecret> read(String name) throws IOException {
                return SealedSecrets.this.read(named(kind, name, ""));
            }

            @Override
            public void write(String name, KeptSecret secret) throws IOException {
                byte[] text = KeptSecret.joined(secret.fields()).getBytes(StandardCharsets.UTF_8);
                SealedSecrets.this.write(named(kind, name, secret.authority()), Optional.of(text));
            }

            @Override
            public void remove(String name) throws IOException {
                SealedSecret named = named(kind, name, "");
                if (newest(keyOf(named)).isPresent()) {
                    SealedSecrets.this.write(named, Optional.empty());
                }
            }
        };
    }

    private static SealedSecret named(String kind, String name, String authority) {
        return SealedSecret.newBuilder()
                .setKind(kind)
                .setId(name)
                .setAuthority(authority)
                .build();
    }

    private static String keyOf(SealedSecret secret) {
        return secret.getKind() + "/" + secret.getId();
    }

    private Optional<SealedSecret> newest(String key) {
        Optional<SealedSecret> own = written.get(key);
        return own == null ? table.get(key) : own;
    }

    private Optional<KeptSecret> read(SealedSecret named) throws IOException {
        Optional<SealedSecret> sealed = newest(keyOf(named));
        if (sealed.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        KeptSecret.pairs(new String(open(sealed.get()), StandardCharsets.UTF_8))
                .forEach(pair -> fields.put(pair.getKey(), pair.getValue()));
        return Optional.of(new KeptSecret(sealed.get().getAuthority(), fields));
    }

    private byte[] open(SealedSecret sealed) throws IOException {
        KeyRing.Key key = keys.find(sealed.getKeyId())
                .orElseThrow(
                        () -> new IOException(
                                "What is kept as \"" + sealed.getId() + "\" is encrypted with the key "
                                        + sealed.getKeyId() + ", which is not in " + keys.file()
                                        + " of this process (segwatch.secrets-key-file). Add it there, or give the secret again."));
        try {
            return envelope(key).decrypt(sealed.getSealed().toByteArray(), context(sealed));
        } catch (GeneralSecurityException e) {
            throw new IOException("What is kept as \"" + sealed.getId() + "\" cannot be opened with the key "
                    + sealed.getKeyId() + ": it was changed, or copied from another name or address. Give it again.");
        }
    }

    private static Aead envelope(KeyRing.Key key) throws GeneralSecurityException {
        return KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, key.aead());
    }

    /** A record is opened under these alone. Lengths keep one from being taken for the beginning of the next. */
    private static byte[] context(SealedSecret sealed) {
        StringBuilder context = new StringBuilder();
        for (String part : new String[] {sealed.getKind(), sealed.getId(), sealed.getAuthority()}) {
            context.append(part.length()).append(':').append(part);
        }
        return context.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @param plain empty to delete */
    private void write(SealedSecret named, Optional<byte[]> plain) throws IOException {
        String name = keyOf(named);
        Optional<SealedSecret> sealed = plain.isPresent() ? Optional.of(sealed(named, plain.get())) : Optional.empty();
        written.put(name, sealed);
        try {
            Future<RecordMetadata> sent = sealed.isPresent() ? sender.send(name, sealed.get()) : sender.delete(name);
            sent.get(WRITE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("This process is stopping; give the secret again.", e);
        } catch (ExecutionException | TimeoutException e) {
            written.remove(name, sealed);
            String why = e.getCause() == null
                    ? "no answer within " + WRITE_SECONDS + " s"
                    : e.getCause().getMessage();
            throw new IOException(
                    "Kafka did not take the secret (" + why + "). Check that this process may write " + Topic.SECRETS
                            + ".",
                    e);
        }
        if (table.get(name).equals(sealed)) {
            written.remove(name, sealed);
        }
    }

    private SealedSecret sealed(SealedSecret named, byte[] plain) throws IOException {
        KeyRing.Key key = keys.first();
        try {
            return named.toBuilder()
                    .setKeyId(key.id())
                    .setSealed(ByteString.copyFrom(envelope(key).encrypt(plain, context(named))))
                    .setSealedAtMs(System.currentTimeMillis())
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java knows no AES", e);
        }
    }

    /** False once secrets can no longer be read. */
    public boolean alive() {
        return table.alive();
    }

    @Override
    public void close() {
        table.close();
        producer.close(Duration.ofSeconds(2));
    }
}
