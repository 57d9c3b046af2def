package io.segwatch.delivery.push;

import io.vertx.core.MultiMap;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ToLongFunction;
import javax.net.ssl.TrustManagerFactory;

/**
 * How push services are reached.
 *
 * @param hosts which may be
 * @param trusted whose certificates are
 * @param retryAfterMs what an answer's headers ask for, 0 for nothing
 * @param timeout of an attempt
 * @param firstRetry pause after the first attempt, doubled after each further one
 * @param contact https address that push services are told to be ours
 */
public record PushNetwork(
        HostCheck hosts,
        TrustManagerFactory trusted,
        ToLongFunction<MultiMap> retryAfterMs,
        Duration timeout,
        Duration firstRetry,
        Optional<String> contact) {
    /** The way out of this network. */
    public interface HostCheck {
        /**
         * An address that may be connected to; blocks.
         *
         * @throws IOException when there is none, with the reason
         */
        InetAddress resolve(String host) throws IOException;
    }
}
