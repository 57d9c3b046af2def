package io.segwatch.delivery.push;

import io.segwatch.contracts.AccessKey;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.kafka.Table;
import io.segwatch.v1.AccessRecord;
import io.segwatch.v1.Account;
import io.segwatch.v1.PushSubscription;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The browsers that are told, and what those who subscribed them may see now. A subscription goes with its account, and
 * when its push service no longer knows it. Threadsafe.
 */
final class PushRecipients implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PushRecipients.class);
    private static final String TOKEN = "token";
    private static final String LOCAL = "local";
    /** Of a test that was asked for; and the account of a subscription this young may not have been read yet. */
    private static final long YOUNG_MS = Duration.ofMinutes(1).toMillis();

    private final Table<AccessRecord> access;
    private final Table<PushSubscription> subscriptions;
    private final Sender<PushSubscription> sender;
    private final Consumer<PushSubscription> tester;
    private final Set<String> accounts = ConcurrentHashMap.newKeySet();

    /** @param tester is called for each test that is asked for */
    PushRecipients(
            Kafka kafka,
            String role,
            DeadLetters deadLetters,
            Sender<PushSubscription> sender,
            Consumer<PushSubscription> tester) {
        this.sender = sender;
        this.tester = tester;
        this.access = new Table<>(kafka, Topic.ACCESS, role, deadLetters, this::accessChanged);
        this.subscriptions = new Table<>(kafka, Topic.PUSH_SUBSCRIPTIONS, role, deadLetters, this::changed);
    }

    /** Begins to read; false when not all was read in time. */
    boolean start(Duration timeout) throws InterruptedException {
        access.start();
        subscriptions.start();
        if (!access.awaitCaughtUp(timeout) || !subscriptions.awaitCaughtUp(timeout)) {
            return false;
        }
        removeOrphans();
        return true;
    }

    boolean alive() {
        return access.alive() && subscriptions.alive();
    }

    Collection<PushSubscription> all() {
        return subscriptions.snapshot().values();
    }

    /** The subscription, when it is still there and whoever made it may see this camera; empty camera for none. */
    Optional<PushSubscription> find(String id, String camera) {
        return subscriptions.get(id).filter(subscription -> maySee(subscription, camera));
    }

    private boolean maySee(PushSubscription subscription, String camera) {
        if (subscription.getUser().equals(TOKEN)) {
            return sees(subscription.getCamerasList(), camera);
        }
        if (subscription.getUser().equals(LOCAL)) {
            return accounts.isEmpty();
        }
        return account(subscription)
                .filter(account ->
                        sees(account.getCamerasList(), camera) && sees(subscription.getCamerasList(), camera))
                .isPresent();
    }

    private static boolean sees(List<String> cameras, String camera) {
        return camera.isEmpty() || cameras.isEmpty() || cameras.contains(camera);
    }

    private Optional<Account> account(PushSubscription subscription) {
        return access.get(AccessKey.ACCOUNTS + subscription.getUser())
                .map(AccessRecord::getAccount)
                .filter(account -> !account.getDisabled() && account.getCreatedAtMs() <= subscription.getCreatedAtMs());
    }

    private void accessChanged(String key, AccessRecord value) {
        if (!key.startsWith(AccessKey.ACCOUNTS)) {
            return;
        }
        if (value == null) {
            accounts.remove(key);
        } else {
            accounts.add(key);
        }
        // Before that, what is read may be old.
        if (access.isCaughtUp() && subscriptions.isCaughtUp()) {
            removeOrphans();
        }
    }

    private void removeOrphans() {
        long now = System.currentTimeMillis();
        for (PushSubscription subscription : all()) {
            boolean known = subscription.getUser().equals(TOKEN)
                    || (subscription.getUser().equals(LOCAL)
                            ? accounts.isEmpty()
                            : account(subscription).isPresent());
            boolean unread = !accounts.contains(AccessKey.ACCOUNTS + subscription.getUser())
                    && now - subscription.getCreatedAtMs() < YOUNG_MS;
            if (!known && !unread) {
                log.info(
                        "A device of {} is told of no more alerts: the account is gone or off", subscription.getUser());
                remove(subscription.getId());
            }
        }
    }

    private void changed(String id, PushSubscription subscription) {
        if (subscription != null && subscription.getTestAtMs() > System.currentTimeMillis() - YOUNG_MS) {
            tester.accept(subscription);
        }
    }

    void remove(String id) {
        sender.delete(id);
    }

    @Override
    public void close() {
        subscriptions.close();
        access.close();
    }
}
