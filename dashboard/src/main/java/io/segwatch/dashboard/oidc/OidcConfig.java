package io.segwatch.dashboard.oidc;

import io.segwatch.config.Allowed;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Log-in by OpenID Connect; {@code segwatch.properties} says what each key means. */
public interface OidcConfig {
    Optional<String> issuer();

    Optional<String> clientId();

    Optional<String> clientSecret();

    String name();

    List<String> scopes();

    String userClaim();

    String rolesClaim();

    Optional<List<String>> admins();

    Optional<List<String>> operators();

    Optional<List<String>> viewers();

    Optional<String> camerasClaim();

    @Allowed(values = {"none", "viewer", "operator", "admin"})
    String defaultRole();

    Optional<Path> caFile();

    @Allowed(min = "0s", max = "10m")
    Duration clockSkew();

    default boolean enabled() {
        return issuer().isPresent();
    }

    /** @throws IllegalArgumentException when the values do not go together, naming the keys */
    default void check() {
        if (!enabled()) {
            return;
        }
        if (clientId().isEmpty()) {
            throw new IllegalArgumentException(
                    "segwatch.dashboard.oidc.issuer is set without segwatch.dashboard.oidc.client-id; give the id under which the provider"
                            + " knows Segwatch");
        }
        URI uri = URI.create(issuer().get());
        boolean own = "localhost".equals(uri.getHost()) || "127.0.0.1".equals(uri.getHost());
        if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && own)) {
            throw new IllegalArgumentException("segwatch.dashboard.oidc.issuer is " + issuer().get()
                    + ", but must be an https:// address, or an http:// one of this machine");
        }
        boolean anyone = !defaultRole().equals("none");
        if (!anyone && admins().isEmpty() && operators().isEmpty() && viewers().isEmpty()) {
            throw new IllegalArgumentException("segwatch.dashboard.oidc lets nobody in: name the values of "
                    + rolesClaim() + " in segwatch.dashboard.oidc.admins, operators or viewers, or set"
                    + " segwatch.dashboard.oidc.default-role");
        }
    }
}
