package io.segwatch.secrets;

import java.io.IOException;
import java.util.Optional;

/** Where the secrets of one kind are kept, by name. Threadsafe. */
interface SecretStore {
    /** @throws IOException when it is there and cannot be read, in a sentence without the secret */
    Optional<KeptSecret> read(String name) throws IOException;

    /** Adds or replaces one; may block for seconds. */
    void write(String name, KeptSecret secret) throws IOException;

    /** What is not there is no failure. */
    void remove(String name) throws IOException;
}
