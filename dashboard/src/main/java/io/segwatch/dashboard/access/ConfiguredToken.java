package io.segwatch.dashboard.access;

import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The token of the configuration, the simplest way to come in, and what a wrong one costs. Threadsafe. */
final class ConfiguredToken {
    private static final int MAX_WRONG_AT_ONCE = 8;
    private static final long WRONG_COSTS_MS = 500;

    private final Vertx vertx;
    private final byte[] token;
    private final AtomicInteger wrongNow = new AtomicInteger();

    /** @param token empty for none */
    ConfiguredToken(Vertx vertx, String token) {
        this.vertx = vertx;
        this.token = utf8(token);
    }

    boolean isSet() {
        return token.length > 0;
    }

    boolean matches(String given) {
        return isSet() && MessageDigest.isEqual(token, utf8(given));
    }

    /** Another for each token, so that no session outlives its own. */
    long version() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token, "HmacSHA256"));
            return ByteBuffer.wrap(mac.doFinal(utf8("segwatch dashboard session")))
                    .getLong();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes guessing slow without holding a thread; false when too many guess at once. */
    boolean slowDown(Runnable answer) {
        if (wrongNow.incrementAndGet() > MAX_WRONG_AT_ONCE) {
            wrongNow.decrementAndGet();
            return false;
        }
        vertx.setTimer(WRONG_COSTS_MS, timer -> {
            wrongNow.decrementAndGet();
            answer.run();
        });
        return true;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
