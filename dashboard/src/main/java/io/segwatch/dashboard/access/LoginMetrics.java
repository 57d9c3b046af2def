package io.segwatch.dashboard.access;

import io.prometheus.client.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts who logs in and who fails, and logs failures; names that no account has may be passwords, and are not logged.
 */
final class LoginMetrics {
    private static final Logger log = LoggerFactory.getLogger(LoginMetrics.class);
    private static final Counter LOGINS = Counter.build(
                    "segwatch_logins_total", "Log-ins by what was shown (password, token) and outcome")
            .labelNames("way", "outcome")
            .register();

    private LoginMetrics() {}

    static void right(String way) {
        LOGINS.labels(way, "right").inc();
    }

    /** @param who address and, where there is such an account, name */
    static void wrong(String way, String who) {
        LOGINS.labels(way, "wrong").inc();
        log.warn("A log-in failed: {} by {}", way, who);
    }

    /** Not logged: whoever floods the door does not flood the log. */
    static void refused(String way) {
        LOGINS.labels(way, "too_many").inc();
    }
}
