package io.segwatch.dashboard.access;

import io.segwatch.contracts.AccessKey;
import io.segwatch.dashboard.access.Principal.UserRole;
import io.segwatch.dashboard.access.Principal.Way;
import io.segwatch.v1.Account;
import io.segwatch.v1.ApiToken;
import io.segwatch.v1.Session;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What an account, and what came in its name, may do now; empty for nothing at all. */
final class Rights {
    private Rights() {}

    static UserRole role(Account.Role role) {
        return switch (role) {
            case ADMIN -> UserRole.ADMIN;
            case OPERATOR -> UserRole.OPERATOR;
            case VIEWER, UNRECOGNIZED -> UserRole.VIEWER;
        };
    }

    static Optional<Principal> of(Account account, Session session) {
        return account.getDisabled() || account.getVersion() != session.getAccountVersion()
                ? Optional.empty()
                : Optional.of(new Principal(
                        account.getName(),
                        role(account.getRole()),
                        Set.copyOf(account.getCamerasList()),
                        Way.SESSION,
                        AccessKey.SESSIONS + session.getId()));
    }

    static Optional<Principal> of(Account account, ApiToken token) {
        if (account.getDisabled() || account.getCreatedAtMs() != token.getAccountCreatedAtMs()) {
            return Optional.empty();
        }
        UserRole own = role(account.getRole());
        UserRole scope = role(token.getRole());
        return both(account.getCamerasList(), token.getCamerasList())
                .map(cameras -> new Principal(
                        account.getName(),
                        own.compareTo(scope) < 0 ? own : scope,
                        cameras,
                        Way.API_TOKEN,
                        AccessKey.TOKENS + token.getId()));
    }

    /** Of lists that mean all when they are empty; no set when nothing is left, which an empty one would not mean. */
    private static Optional<Set<String>> both(List<String> some, List<String> others) {
        if (some.isEmpty() || others.isEmpty()) {
            return Optional.of(Set.copyOf(some.isEmpty() ? others : some));
        }
        Set<String> both = new TreeSet<>(some);
        both.retainAll(others);
        return both.isEmpty() ? Optional.empty() : Optional.of(both);
    }
}
