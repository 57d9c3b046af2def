package io.segwatch.dashboard.access;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.listen.Authority;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.v1.Account;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Checks a name and a password. Somebody at an address may be wrong ten times, and then twice a minute; all who try one
 * account together a hundred times, but whoever has a session of it at this address is not kept out by others' tries.
 */
final class PasswordLogin {
    private static final int WRONG_EACH = 10;
    private static final int WRONG_TOGETHER = 100;
    private static final Duration ONE_MORE_AFTER = Duration.ofSeconds(30);
    private static final String WAY = "password";
    private static final String TOO_OFTEN = "was wrong too often";

    private final AccessStore store;
    private final Passwords passwords;
    private final Sessions sessions;
    private final Allowance byAddress = new Allowance(WRONG_EACH, ONE_MORE_AFTER, WAY, TOO_OFTEN);
    private final Allowance byAccount = new Allowance(WRONG_TOGETHER, ONE_MORE_AFTER, WAY, TOO_OFTEN);

    PasswordLogin(AccessStore store, Passwords passwords, Sessions sessions) {
        this.store = store;
        this.passwords = passwords;
        this.sessions = sessions;
    }

    /** The account; fails with a problem, 401 or 429. */
    Future<Account> check(RoutingContext ctx, String name, String password) {
        String known = name.strip().toLowerCase(Locale.ROOT);
        String address = Visitor.of(ctx).address();
        String caller = Authority.ownerOf(address);
        Optional<Account> account = store.account(known);
        boolean trusted = account.isPresent()
                && sessions.of(known).stream()
                        .anyMatch(session -> session.getAddress().equals(address));
        try {
            byAddress.take(caller);
            if (account.isPresent() && !trusted) {
                byAccount.take(known);
            }
        } catch (HttpProblem tooMany) {
            LoginMetrics.refused(WAY);
            return Future.failedFuture(tooMany);
        }
        return passwords
                .matches(password, account.map(Account::getPasswordHash).orElse(""))
                .compose(right -> {
                    if (!right || account.orElseThrow().getDisabled()) {
                        LoginMetrics.wrong(
                                WAY,
                                address
                                        + account.map(of -> " as " + of.getName())
                                                .orElse(""));
                        return Future.failedFuture(
                                HttpProblem.of(401, "password", "or name is wrong, or the account is disabled"));
                    }
                    byAddress.restore(caller);
                    byAccount.restore(known);
                    LoginMetrics.right(WAY);
                    return Future.succeededFuture(account.get());
                });
    }
}
