package io.segwatch.delivery;

import io.segwatch.contracts.SignedAddress;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signs links to the pictures and the video of an alert, with the key that the dashboard has made. Threadsafe. */
final class LinkSigner {
    private static final Logger log = LoggerFactory.getLogger(LinkSigner.class);
    /** An alert that is posted later than this after it happened was asked for again. */
    private static final long LATE_MS = Duration.ofDays(1).toMillis();

    private static final long LOOK_EVERY_MS = 30_000;

    private final Secrets secrets;
    private final Duration lifetime;
    private volatile Optional<byte[]> key = Optional.empty();
    private volatile long lookAtMs;

    /** @param lifetime of a link; zero where none is to be signed */
    LinkSigner(Secrets secrets, Duration lifetime) {
        this.secrets = secrets;
        this.lifetime = lifetime;
    }

    /** Looks for the key from time to time; may block. */
    void refresh() {
        long now = System.currentTimeMillis();
        if (lifetime.isZero() || key.isPresent() && now < lookAtMs) {
            return;
        }
        lookAtMs = now + LOOK_EVERY_MS;
        try {
            key = secrets.linkKey();
        } catch (IOException e) {
            log.warn("Links to alerts' pictures are not signed: {}", e.getMessage());
            key = Optional.empty();
        }
    }

    /** Parameters of the link, the same at each attempt to post the alert; empty where nothing is signed. */
    Optional<String> parameters(Alert alert) {
        long now = System.currentTimeMillis();
        long fromMs = now - alert.getAtMs() > LATE_MS ? now : alert.getAtMs();
        return key.map(known -> SignedAddress.parameters(known, alert.getId(), (fromMs + lifetime.toMillis()) / 1_000));
    }
}
