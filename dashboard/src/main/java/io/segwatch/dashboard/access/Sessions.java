package io.segwatch.dashboard.access;

import io.segwatch.contracts.AccessKey;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.v1.Session;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Browsers that have logged in. A session ends by itself when it is not used for a while, and after its lifetime. */
final class Sessions {
    private static final int MOST_EACH = 50;
    private static final int MAX_AGENT = 200;

    private final AccessStore store;
    private final CredentialUses uses;
    private final Duration idle;
    private final Duration lifetime;

    Sessions(AccessStore store, CredentialUses uses, Duration idle, Duration lifetime) {
        this.store = store;
        this.uses = uses;
        this.idle = idle;
        this.lifetime = lifetime;
    }

    /**
     * Begins one; completes with the secret that the browser shows from now on.
     *
     * @param account empty for the configured token
     */
    Future<IssuedSecret> begin(RoutingContext ctx, String account, long accountVersion) {
        IssuedSecret secret = IssuedSecret.make("");
        Principal.cameIn(ctx, account.isEmpty() ? Principal.TOKEN_NAME : account);
        long now = System.currentTimeMillis();
        String agent = String.valueOf(ctx.request().getHeader("User-Agent"));
        Session session = Session.newBuilder()
                .setId(secret.id())
                .setSecretHash(secret.kept())
                .setAccount(account)
                .setAccountVersion(accountVersion)
                .setCreatedAtMs(now)
                .setExpiresAtMs(now + lifetime.toMillis())
                .setAddress(Visitor.of(ctx).address())
                .setAgent(agent.substring(0, Math.min(agent.length(), MAX_AGENT)))
                .build();
        return makeRoom(account).compose(room -> store.put(session)).map(secret);
    }

    /** Whoever logs in again and again loses the oldest session. */
    private Future<Void> makeRoom(String account) {
        List<Session> own = of(account);
        return own.size() < MOST_EACH
                ? Future.succeededFuture()
                : end(own.get(0).getId());
    }

    /** The oldest first. */
    List<Session> of(String account) {
        return store.sessions().stream()
                .filter(session -> session.getAccount().equals(account))
                .sorted(Comparator.comparingLong(Session::getCreatedAtMs))
                .toList();
    }

    /** The session that this secret is of, unless it is over. */
    Optional<Session> find(String secret) {
        IssuedSecret shown = IssuedSecret.of(secret);
        return store.session(shown.id())
                .filter(session -> shown.matches(session.getSecretHash()))
                .filter(this::runs);
    }

    boolean runs(Session session) {
        long now = System.currentTimeMillis();
        long used = Math.max(session.getCreatedAtMs(), uses.lastMs(AccessKey.SESSIONS + session.getId()));
        return now < session.getExpiresAtMs() && now - used < idle.toMillis();
    }

    Future<Void> end(String id) {
        return store.remove(AccessKey.SESSIONS + id);
    }

    /** Ends those of an account that {@code which} picks. */
    Future<Void> endAll(String account, Predicate<Session> which) {
        Future<Void> ended = Future.succeededFuture();
        for (Session session : of(account)) {
            if (which.test(session)) {
                ended = ended.compose(before -> end(session.getId()));
            }
        }
        return ended;
    }
}
