package io.segwatch.secrets;

import java.util.Optional;

/** A single secret in memory, which nobody changes. */
record OneSecret(String name, KeptSecret secret) implements SecretStore {
    @Override
    public Optional<KeptSecret> read(String wanted) {
        return wanted.equals(name) ? Optional.of(secret) : Optional.empty();
    }

    @Override
    public void write(String other, KeptSecret value) {
        throw new UnsupportedOperationException("A camera that is tried has one secret");
    }

    @Override
    public void remove(String other) {
        throw new UnsupportedOperationException("A camera that is tried has one secret");
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return name;
    }
}
