package io.segwatch.dashboard;

import io.segwatch.contracts.SignedAddress;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.secrets.Secrets;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who comes with a signed address, as webhooks carry them: they see the pictures and the video of one alert, until the
 * address expires, and nothing else. The key is made here when there is none, and shared with delivery. Threadsafe.
 */
final class SignedLinks {
    private static final Logger log = LoggerFactory.getLogger(SignedLinks.class);
    private static final Pattern PATH = Pattern.compile("/api/alerts/([^/]{1,200})/(?:clip|evidence\\.jpg)");
    private static final long AGAIN_MS = 30_000;

    private final Secrets secrets;
    private final WorkerExecutor thread;
    /** Null until it is known. */
    private volatile byte[] key;

    /** @param makes whether a key is made where there is none */
    SignedLinks(Vertx vertx, Secrets secrets, boolean makes) {
        this.secrets = secrets;
        this.thread = vertx.createSharedWorkerExecutor("dashboard-signed-links", 1);
        refresh(makes);
        // Another process may have made another one.
        vertx.setPeriodic(AGAIN_MS, timer -> refresh(makes));
    }

    private void refresh(boolean makes) {
        thread.executeBlocking(() -> readOrMake(makes))
                .onSuccess(found -> found.ifPresent(known -> key = known))
                .onFailure(failure -> log.warn("The key of signed addresses: {}", failure.getMessage()));
    }

    private Optional<byte[]> readOrMake(boolean makes) throws IOException {
        Optional<byte[]> kept = secrets.linkKey();
        if (kept.isPresent() || !makes) {
            return kept;
        }
        byte[] made = new byte[SignedAddress.KEY_BYTES];
        new SecureRandom().nextBytes(made);
        secrets.putLinkKey(made);
        return Optional.of(made);
    }

    /**
     * Who comes with a signed address; empty where the address has no signature, or is of something else.
     *
     * @throws HttpProblem when it is wrong (403), or has expired (410)
     */
    Optional<Principal> principal(RoutingContext ctx) {
        String signature = ctx.request().getParam("signature");
        Matcher path = PATH.matcher(ctx.normalizedPath());
        if (signature == null || !path.matches() || ctx.request().method() != HttpMethod.GET) {
            return Optional.empty();
        }
        byte[] known = key;
        if (known == null) {
            throw HttpProblem.of(
                    403,
                    "signature",
                    "cannot be checked: this dashboard signs no addresses (segwatch.dashboard.public-url), or has just"
                            + " started; log in to see the alert");
        }
        String expires = ctx.request().getParam("expires");
        long now = Instant.now().getEpochSecond();
        switch (SignedAddress.check(known, path.group(1), expires, signature, now)) {
            case GOOD -> {
                return Optional.of(Principal.signed());
            }
            case EXPIRED ->
                throw HttpProblem.of(
                        410,
                        "expires",
                        "this address was good until " + Instant.ofEpochSecond(Long.parseLong(expires))
                                + "; log in to see the alert");
            default ->
                throw HttpProblem.of(
                        403, "signature", "is not that of this address; copy it whole, or log in to see the alert");
        }
    }
}
