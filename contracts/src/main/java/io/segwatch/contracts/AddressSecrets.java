package io.segwatch.contracts;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an address holds that lets one in, taken out of it: a login, and values of parts that are masked in what is left
 * ({@link SecretParts#MASK}). Not a record: its text form must not show them. Immutable.
 */
public final class AddressSecrets {
    /** Stands in an address where a secret value was. */
    public static final String MASK = SecretParts.MASK;

    /** Nothing. */
    public static final AddressSecrets NONE = new AddressSecrets(Optional.empty(), List.of());

    private final Optional<Login> login;
    private final List<Map.Entry<String, String>> values;

    /** @param values by the name of their part, in their order; a name may come again */
    public AddressSecrets(Optional<Login> login, List<Map.Entry<String, String>> values) {
        this.login = login;
        this.values = List.copyOf(values);
    }

    /** A login alone. */
    public static AddressSecrets of(Login login) {
        return new AddressSecrets(Optional.of(login), List.of());
    }

    public Optional<Login> login() {
        return login;
    }

    public List<Map.Entry<String, String>> values() {
        return values;
    }

    public boolean isEmpty() {
        return login.isEmpty() && values.isEmpty();
    }

    /** Whether a value is a mask, and so not known here. */
    public boolean isMasked() {
        return values.stream().anyMatch(value -> value.getValue().equals(SecretParts.MASK));
    }

    /** The same with another login. */
    public AddressSecrets withLogin(Optional<Login> other) {
        return new AddressSecrets(other, values);
    }

    /** The same with the values of {@code old} in place of masks; what it has none for stays masked. */
    public AddressSecrets unmasked(AddressSecrets old) {
        List<Map.Entry<String, String>> known = new ArrayList<>();
        List<String> taken = new ArrayList<>();
        for (Map.Entry<String, String> value : values) {
            taken.add(value.getKey());
            int nth = (int) taken.stream().filter(value.getKey()::equals).count();
            boolean mask = value.getValue().equals(SecretParts.MASK);
            known.add(
                    mask
                            ? Map.entry(
                                    value.getKey(),
                                    old.value(value.getKey(), nth).orElse(SecretParts.MASK))
                            : value);
        }
        return new AddressSecrets(login, known);
    }

    /** @param nth of this name, from 1 */
    Optional<String> value(String name, int nth) {
        return values.stream()
                .filter(value -> value.getKey().equals(name))
                .skip(nth - 1L)
                .findFirst()
                .map(Map.Entry::getValue);
    }

    @Override
    public String toString() {
        return SecretParts.MASK;
    }
}
