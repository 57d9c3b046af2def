package io.segwatch.secrets;

import io.segwatch.contracts.AddressSecrets;
import io.segwatch.contracts.Login;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What cameras are reached with: user and password, and secret values of their addresses. Cameras name an entry, and
 * the ingest role looks it up as it connects; an entry is for one scheme, host and port, and for no other. The file
 * holds {@code NAME.user}, {@code NAME.password} and {@code NAME.address} for each entry (java.util.Properties).
 * Threadsafe.
 */
public final class Credentials {
    private static final String USER = "user";
    private static final String PASSWORD = "password";
    private static final String PARAMETERS = "parameters";

    private final SecretFile file;
    private final SecretStore kept;

    /** In a file alone. It need not be there yet. */
    public Credentials(Path file) {
        this.file = new SecretFile(file, "Segwatch camera credentials", "");
        this.kept = this.file;
    }

    /** @param file is read for what is not among the sealed ones, and need not be there */
    public Credentials(SealedSecrets sealed, Path file) {
        this.file = new SecretFile(file, "Segwatch camera credentials", "");
        this.kept = sealed.of("camera");
    }

    private Credentials(SecretStore kept) {
        this.file = null;
        this.kept = kept;
    }

    /**
     * One entry, in memory alone, for a camera that is only tried.
     *
     * @param authority scheme, host and port that it is for
     */
    public static Credentials only(String name, String authority, AddressSecrets entry) {
        return new Credentials(new OneSecret(name, new KeptSecret(authority, fields(entry))));
    }

    /**
     * The entry as it is kept now, so that it can be changed without a restart.
     *
     * @param authority scheme, host and port that it is wanted for
     * @throws IOException when it is for others or cannot be read, in a sentence without it
     */
    public Optional<AddressSecrets> find(String name, String authority) throws IOException {
        Optional<KeptSecret> found = kept.read(name);
        if (found.isEmpty() && file != null) {
            found = file.read(name);
        }
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(secrets(found.get().openedFor(authority, name)));
    }

    /** Adds or replaces an entry, for one scheme, host and port; blocks. */
    public void put(String name, String authority, AddressSecrets entry) throws IOException {
        kept.write(name, new KeptSecret(authority, fields(entry)));
    }

    private static Map<String, String> fields(AddressSecrets entry) {
        Map<String, String> fields = new HashMap<>();
        entry.login().ifPresent(login -> {
            fields.put(USER, login.user());
            fields.put(PASSWORD, login.password());
        });
        fields.put(PARAMETERS, parameters(entry));
        return fields;
    }

    /** Blocks. */
    public void remove(String name) throws IOException {
        kept.remove(name);
        if (file != null && file != kept && file.isWritable()) {
            file.remove(name);
        }
    }

    /**
     * Moves an entry out of a file that this process may change, and that names no address for it or this one.
     *
     * @return whether it did
     */
    public boolean takeOver(String name, String authority) throws IOException {
        if (file == null
                || file == kept
                || !file.isWritable()
                || kept.read(name).isPresent()) {
            return false;
        }
        Optional<KeptSecret> found = file.read(name)
                .filter(entry ->
                        entry.authority().isEmpty() || entry.authority().equals(authority));
        if (found.isPresent()) {
            kept.write(name, new KeptSecret(authority, found.get().fields()));
            file.remove(name);
        }
        return found.isPresent();
    }

    static String parameters(AddressSecrets entry) {
        StringBuilder text = new StringBuilder();
        entry.values().forEach(value -> KeptSecret.append(text, value.getKey(), value.getValue()));
        return text.toString();
    }

    static AddressSecrets secrets(KeptSecret entry) {
        Optional<Login> login = entry.fields().containsKey(USER)
                ? Optional.of(new Login(entry.field(USER), entry.field(PASSWORD)))
                : Optional.empty();
        return new AddressSecrets(login, KeptSecret.pairs(entry.field(PARAMETERS)));
    }
}
