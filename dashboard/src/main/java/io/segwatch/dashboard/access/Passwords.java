package io.segwatch.dashboard.access;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import io.segwatch.dashboard.http.HttpProblem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;

/**
 * Makes and checks hashes of passwords, with Argon2id and the costs that OWASP names (19 MiB, two passes), off the
 * event loop and a few at a time. Threadsafe.
 */
final class Passwords {
    private static final int AT_ONCE = 2;
    private static final int WAITING = 16;
    private static final int MEMORY_KIB = 19_456;
    private static final int PASSES = 2;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int FEWEST = 10;
    private static final int MOST = 200;
    private static final Argon2Function argon2 =
            Argon2Function.getInstance(MEMORY_KIB, PASSES, 1, HASH_BYTES, Argon2.ID);
    /** Of no password: an unknown name costs as much time as a known one. */
    private static final String NONE =
            "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private final SecureRandom random = new SecureRandom();
    private final WorkerExecutor threads;
    private final Semaphore slots = new Semaphore(AT_ONCE + WAITING);

    Passwords(Vertx vertx) {
        this.threads = vertx.createSharedWorkerExecutor("dashboard-passwords", AT_ONCE);
    }

    /** @throws HttpProblem (400) when the password is none that anybody should have */
    static void checkStrength(String field, String password, String name) {
        if (password.length() < FEWEST || password.length() > MOST) {
            throw HttpProblem.badInput(
                    field,
                    "must have " + FEWEST + " to " + MOST + " characters, not " + password.length()
                            + "; a sentence is easy to keep in mind");
        }
        if (password.equalsIgnoreCase(name) || password.chars().distinct().count() < 4) {
            throw HttpProblem.badInput(field, "is too easy to guess");
        }
    }

    Future<String> hash(String password) {
        return run(() -> hashNow(password));
    }

    /** Blocks for about a tenth of a second. */
    String hashNow(String password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return argon2.hash(utf8(password), salt).getResult();
    }

    /** @param hash empty when there is none: then no password matches, and it takes as long */
    Future<Boolean> matches(String password, String hash) {
        String bounded = password.length() > MOST ? "" : password;
        return run(() -> {
            String against = hash.isEmpty() ? NONE : hash;
            boolean right = Argon2Function.getInstanceFromHash(against).check(bounded, against);
            return right && !hash.isEmpty();
        });
    }

    private <T> Future<T> run(Callable<T> work) {
        if (!slots.tryAcquire()) {
            return Future.failedFuture(
                    HttpProblem.of(429, "password", "cannot be checked now, as many are; try again in a moment"));
        }
        return threads.executeBlocking(work, false).onComplete(done -> slots.release());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
