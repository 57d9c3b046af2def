package io.segwatch.launcher;

import io.segwatch.kafka.UnusableKafka;
import io.segwatch.role.Role;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands among the roles while a process waits for Kafka, so that {@code /ready} says for what. Whoever starts
 * processes may start them in any order: one that ended instead would be started again and again.
 */
final class WaitingRole implements Role {
    private static final Logger log = LoggerFactory.getLogger(WaitingRole.class);
    private static final long TELL_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final List<Role> roles;
    private volatile String reason = "Kafka has not answered yet.";
    private long nextTold = System.nanoTime();

    /** @param roles that {@code /ready} looks at; this is one of them until it is closed */
    WaitingRole(List<Role> roles) {
        this.roles = roles;
        roles.add(this);
    }

    /**
     * Says why it goes on waiting, and pauses for a moment.
     *
     * @throws UnusableKafka when that would not help
     */
    void again(UnusableKafka e) throws InterruptedException {
        if (e.isRefusal()) {
            throw e;
        }
        reason = e.getMessage();
        if (System.nanoTime() - nextTold >= 0) {
            log.warn("{} This process waits for it.", reason);
            nextTold = System.nanoTime() + TELL_AGAIN_NANOS;
        }
        TimeUnit.SECONDS.sleep(1);
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public Optional<String> notReady() {
        return Optional.of(reason);
    }

    @Override
    public void close() {
        roles.remove(this);
    }
}
