package io.segwatch.dashboard.access;

import io.segwatch.contracts.AccessKey;
import io.segwatch.v1.Account;
import io.segwatch.v1.ApiToken;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What programs show. A token may do no more than its account may now. */
final class ApiTokens {
    static final int MOST_EACH = 100;

    private static final String PREFIX = "segwatch_";

    /** A token and its secret, which is shown once. */
    record Made(ApiToken token, IssuedSecret secret) {}

    private final AccessStore store;

    ApiTokens(AccessStore store) {
        this.store = store;
    }

    /** @param draft with account, name, role, cameras and expiry */
    Future<Made> make(Account account, ApiToken draft) {
        IssuedSecret secret = IssuedSecret.make(PREFIX);
        ApiToken token = draft.toBuilder()
                .setId(secret.id())
                .setSecretHash(secret.kept())
                .setAccount(account.getName())
                .setAccountCreatedAtMs(account.getCreatedAtMs())
                .setCreatedAtMs(System.currentTimeMillis())
                .build();
        return store.put(token).map(new Made(token, secret));
    }

    /** The token that this secret is of, unless it is over. */
    Optional<ApiToken> find(String secret) {
        IssuedSecret shown = IssuedSecret.of(secret);
        return store.token(shown.id())
                .filter(token -> shown.matches(token.getSecretHash()))
                .filter(ApiTokens::runs);
    }

    static boolean runs(ApiToken token) {
        return System.currentTimeMillis() < token.getExpiresAtMs();
    }

    /** The oldest first. */
    List<ApiToken> of(String account) {
        return store.tokens().stream()
                .filter(token -> token.getAccount().equals(account))
                .sorted(Comparator.comparingLong(ApiToken::getCreatedAtMs))
                .toList();
    }

    Future<Void> revoke(String id) {
        return store.remove(AccessKey.TOKENS + id);
    }

    Future<Void> revokeAll(String account) {
        Future<Void> revoked = Future.succeededFuture();
        for (ApiToken token : of(account)) {
            revoked = revoked.compose(before -> revoke(token.getId()));
        }
        return revoked;
    }
}
