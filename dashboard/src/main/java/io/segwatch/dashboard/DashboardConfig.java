package io.segwatch.dashboard;

import io.segwatch.config.Allowed;
import io.segwatch.config.Configuration;
import io.segwatch.dashboard.oidc.OidcConfig;
import io.smallrye.config.ConfigMapping;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Configuration of the dashboard; {@code segwatch.properties} says what each key means and gives its default. */
@ConfigMapping(prefix = "segwatch.dashboard")
public interface DashboardConfig extends Configuration.Checked {
    String host();

    @Allowed(min = "0", max = "65535")
    int port();

    Optional<String> token();

    Optional<Path> adminPasswordFile();

    OidcConfig oidc();

    @Allowed(min = "1m", max = "90d")
    Duration sessionIdle();

    @Allowed(min = "1m", max = "365d")
    Duration sessionLifetime();

    @Allowed(min = "1", max = "10000")
    int maxViewers();

    @Allowed(min = "1", max = "10000")
    int maxViewersPerAddress();

    @Allowed(min = "1s", max = "1d")
    Duration streamLease();

    @Allowed(min = "8", max = "100000")
    int maxConnections();

    @Allowed(min = "10", max = "1000000")
    int maxChangesPerMinute();

    Optional<String> publicUrl();

    Optional<List<String>> trustedProxies();

    boolean auditLooks();

    @Allowed(min = "1", max = "10000")
    int maxCameras();

    @Allowed(min = "1", max = "10000")
    int maxQueries();

    @Allowed(min = "1", max = "10000")
    int maxRules();

    @Allowed(min = "1", max = "1000")
    int maxWebhooks();

    @Allowed(min = "100", max = "10000000")
    int areaRecords();

    @Allowed(min = "1000", max = "20000000")
    int historyRecords();

    @Allowed(min = "10", max = "100000")
    int alertRecords();

    @Override
    default void check() {
        token().ifPresent(token -> {
            if (token.length() < 16 || token.length() > 200) {
                throw new IllegalArgumentException(
                        "segwatch.dashboard.token must have 16 to 200 characters, not " + token.length());
            }
        });
        oidc().check();
        publicUrl().ifPresent(PublicUrl::parse);
        trustedProxies().orElse(List.of()).forEach(ReverseProxies::network);
        boolean guarded = token().isPresent() || adminPasswordFile().isPresent() || oidc().enabled();
        if (!guarded && !isLoopback()) {
            throw new IllegalArgumentException("segwatch.dashboard.host is " + host()
                    + ", which others can reach, so segwatch.dashboard.token must be set (16 characters or more), or"
                    + " segwatch.dashboard.admin-password-file for accounts. Or listen on 127.0.0.1.");
        }
    }

    /** Whether only this machine can reach {@link #host}. */
    default boolean isLoopback() {
        try {
            return InetAddress.getByName(host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "segwatch.dashboard.host " + host() + " is no address of this machine", e);
        }
    }
}
