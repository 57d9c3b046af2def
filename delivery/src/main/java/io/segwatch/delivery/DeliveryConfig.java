package io.segwatch.delivery;

import io.segwatch.config.Allowed;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.AddressRange;
import io.segwatch.contracts.CameraUrl;
import io.smallrye.config.ConfigMapping;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.ExponentialBackoff;

/** Configuration of the delivery role; {@code segwatch.properties} says what each key means and gives its default. */
@ConfigMapping(prefix = "segwatch.delivery")
public interface DeliveryConfig extends Configuration.Checked {
    Path secretsFile();

    Optional<String> instance();

    @Allowed(min = "1", max = "1000")
    int maxWebhooks();

    @Allowed(min = "1", max = "64")
    int inFlight();

    @Allowed(min = "100", max = "1000000")
    int maxWaiting();

    @Allowed(min = "1", max = "50")
    int attempts();

    @Allowed(min = "100ms", max = "2m")
    Duration timeout();

    @Allowed(min = "10ms", max = "1d")
    Duration retryFirst();

    @Allowed(min = "10ms", max = "1d")
    Duration retryMost();

    Optional<List<String>> privateTargets();

    Optional<String> caFile();

    Optional<String> pageUrl();

    @Allowed(min = "0s", max = "90d")
    Duration linkLifetime();

    @Override
    default void check() {
        if (instanceName().length() > 200) {
            throw new IllegalArgumentException("segwatch.delivery.instance must have 1 to 200 characters, not "
                    + instanceName().length());
        }
        if (retryMost().compareTo(retryFirst()) < 0) {
            throw new IllegalArgumentException("segwatch.delivery.retry-most must be retry-first ("
                    + Configuration.text(retryFirst()) + ") or more, not " + Configuration.text(retryMost()));
        }
        pageUrl().ifPresent(DeliveryConfig::checkPage);
        privateTargets().orElse(List.of()).forEach(AddressRange::parse);
    }

    /** The instance, or the machine's name where none is given. */
    default String instanceName() {
        return instance().orElseGet(() -> {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "localhost";
            }
        });
    }

    private static void checkPage(String url) {
        try {
            CameraUrl page = CameraUrl.parse(url);
            if (page.scheme().startsWith("http")
                    && page.login().isEmpty()
                    && page.uri().getRawQuery() == null
                    && page.uri().getRawFragment() == null) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Answered below.
        }
        throw new IllegalArgumentException(
                "segwatch.delivery.page-url must be the page's http:// or https:// address, without user, ? and #,"
                        + " for example https://segwatch.example.com/");
    }

    /** Address of the page, with a slash at its end. */
    default Optional<String> page() {
        return pageUrl().map(url -> url.endsWith("/") ? url : url + "/");
    }

    /**
     * @throws IllegalArgumentException when the file of further CAs cannot be used, as the role would when it starts
     */
    default void checkCaFile() {
        ReceiverTrust.of(caPath());
    }

    /** The file of further CAs, where one is given. */
    default Optional<Path> caPath() {
        return caFile().map(Configuration.home()::resolve);
    }

    /**
     * Wait before the next attempt: {@code retryFirst}, doubled with each further failure and never more than
     * {@code retryMost}, each time varied by up to half, so that rules that failed together do not come back together.
     */
    default ExponentialBackoff retryBackoff() {
        return new ExponentialBackoff(retryFirst().toMillis(), 2, retryMost().toMillis(), 0.5);
    }
}
