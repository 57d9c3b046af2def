package io.segwatch.dashboard.access;

import io.segwatch.contracts.AccessKey;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.AccessRecord;
import io.segwatch.v1.Account;
import io.segwatch.v1.ApiToken;
import io.segwatch.v1.CredentialUse;
import io.segwatch.v1.Session;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The topic of accounts, tokens and sessions, in memory, by kind. Threadsafe, never blocks. */
final class AccessStore implements AutoCloseable {
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private final Map<String, ApiToken> tokens = new ConcurrentHashMap<>();
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final Map<String, CredentialUse> uses = new ConcurrentHashMap<>();
    private final DefinitionStore<AccessRecord> records;

    AccessStore(Kafka kafka, KafkaWriter writer, DeadLetters deadLetters) {
        this.records = new DefinitionStore<>(kafka, Topic.ACCESS, writer, deadLetters, this::changed);
    }

    private void changed(String key, AccessRecord value) {
        keep(accounts, key, AccessKey.ACCOUNTS, value == null ? null : value.getAccount());
        keep(tokens, key, AccessKey.TOKENS, value == null ? null : value.getToken());
        keep(sessions, key, AccessKey.SESSIONS, value == null ? null : value.getSession());
        keep(uses, key, AccessKey.USES, value == null ? null : value.getUse());
    }

    private static <T> void keep(Map<String, T> all, String key, String prefix, T value) {
        if (!key.startsWith(prefix)) {
            return;
        }
        String id = key.substring(prefix.length());
        if (value == null) {
            all.remove(id);
        } else {
            all.put(id, value);
        }
    }

    boolean hasAccounts() {
        return !accounts.isEmpty();
    }

    /** Whether somebody logs in with a password. */
    boolean hasPasswords() {
        return accounts.values().stream()
                .anyMatch(account -> !account.getPasswordHash().isEmpty());
    }

    Optional<Account> account(String name) {
        return Optional.ofNullable(accounts.get(name));
    }

    List<Account> accounts() {
        return accounts.values().stream()
                .sorted(Comparator.comparing(Account::getName))
                .toList();
    }

    Optional<ApiToken> token(String id) {
        return Optional.ofNullable(tokens.get(id));
    }

    Collection<ApiToken> tokens() {
        return List.copyOf(tokens.values());
    }

    Optional<Session> session(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    Collection<Session> sessions() {
        return List.copyOf(sessions.values());
    }

    /** When it was last used; 0 for never. */
    long usedAtMs(String credential) {
        CredentialUse use = uses.get(credential);
        return use == null ? 0 : use.getAtMs();
    }

    Collection<String> used() {
        return List.copyOf(uses.keySet());
    }

    Future<Void> put(Account account) {
        return records.put(
                AccessKey.ACCOUNTS + account.getName(),
                AccessRecord.newBuilder().setAccount(account).build());
    }

    Future<Void> put(ApiToken token) {
        return records.put(
                AccessKey.TOKENS + token.getId(),
                AccessRecord.newBuilder().setToken(token).build());
    }

    Future<Void> put(Session session) {
        return records.put(
                AccessKey.SESSIONS + session.getId(),
                AccessRecord.newBuilder().setSession(session).build());
    }

    /** Of its own, so that it never brings back a session that is ended meanwhile. */
    Future<Void> putUse(String credential, long atMs) {
        return records.put(
                AccessKey.USES + credential,
                AccessRecord.newBuilder()
                        .setUse(CredentialUse.newBuilder().setAtMs(atMs))
                        .build());
    }

    Future<Void> remove(String key) {
        return records.delete(key);
    }

    /** Changes of accounts come one after the other, so that the last admin is not removed by two at once. */
    <R> Future<R> inTurn(Supplier<Future<R>> change) {
        return records.inTurn(AccessKey.ACCOUNTS, change);
    }

    boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        return records.table().awaitCaughtUp(timeout);
    }

    boolean alive() {
        return records.table().alive();
    }

    @Override
    public void close() {
        records.close();
    }
}
