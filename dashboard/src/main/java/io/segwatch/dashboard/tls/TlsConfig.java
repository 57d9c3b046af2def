package io.segwatch.dashboard.tls;

import io.segwatch.config.Allowed;
import io.segwatch.config.Configuration;
import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** HTTPS of the page and the admin port; {@code segwatch.properties} says what each key means. */
@ConfigMapping(prefix = "segwatch.tls")
public interface TlsConfig extends Configuration.Checked {
    Optional<Path> certificate();

    Optional<Path> key();

    Optional<String> keyPassword();

    boolean selfSigned();

    boolean admin();

    @Allowed(min = "100ms", max = "1d")
    Duration checkEvery();

    @Override
    default void check() {
        if (selfSigned() && certificate().isPresent()) {
            throw new IllegalArgumentException("segwatch.tls.self-signed is true and segwatch.tls.certificate names a"
                    + " certificate; set one of them");
        }
        if (key().isPresent() && certificate().isEmpty()) {
            throw new IllegalArgumentException(
                    "segwatch.tls.key is set without segwatch.tls.certificate; name the certificate's file, too");
        }
        if (admin() && !enabled()) {
            throw new IllegalArgumentException("segwatch.tls.admin is true, but there is no certificate: set"
                    + " segwatch.tls.certificate, or segwatch.tls.self-signed");
        }
    }

    default boolean enabled() {
        return selfSigned() || certificate().isPresent();
    }

    /**
     * Tries whether the files can be used.
     *
     * @throws IllegalArgumentException when not, naming key and remedy
     */
    default void checkFiles() {
        if (certificate().isPresent()) {
            KeyPair.read(this);
        }
    }
}
