package io.segwatch.dashboard.access;

import io.segwatch.contracts.AccessKey;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.v1.Account;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Log-in of people whom another service vouches for. Each has an account without a password, which is made at the first
 * log-in and follows what the service says at each later one; it is never one that was made here.
 */
final class IdentityLogin {
    private static final int MOST = 1_000;
    private static final int MAX_NAME = 50;
    private static final int SUFFIX_BYTES = 4;

    private final AccessStore store;
    private final Sessions sessions;

    IdentityLogin(AccessStore store, Sessions sessions) {
        this.store = store;
        this.sessions = sessions;
    }

    /** Fails with a problem, 403 or 409, for who is not let in. */
    Future<Void> begin(RoutingContext ctx, Access.Identity identity) {
        return store.inTurn(() -> account(identity))
                .compose(account -> sessions.begin(ctx, account.getName(), account.getVersion()))
                .onSuccess(secret -> {
                    SessionCookie.write(ctx, secret.text());
                    LoginMetrics.right("oidc");
                })
                .mapEmpty();
    }

    private Future<Account> account(Access.Identity identity) {
        Account known = store.accounts().stream()
                .filter(account -> account.getIdentity().equals(identity.identity()))
                .findFirst()
                .orElseGet(() -> fresh(identity));
        if (known.getDisabled()) {
            throw HttpProblem.of(403, "account", known.getName() + " is disabled");
        }
        Account.Role role = Account.Role.valueOf(identity.role().name());
        Set<String> cameras = new TreeSet<>(identity.cameras());
        boolean same = known.getVersion() != 0
                && known.getRole() == role
                && Set.copyOf(known.getCamerasList()).equals(cameras);
        if (same) {
            return Future.succeededFuture(known);
        }
        Account changed = known.toBuilder()
                .setRole(role)
                .clearCameras()
                .addAllCameras(cameras)
                .setVersion(IssuedSecret.version())
                .build();
        return store.put(changed).map(changed);
    }

    private Account fresh(Access.Identity identity) {
        if (store.accounts().size() >= MOST) {
            throw HttpProblem.of(409, "users", "there are " + MOST + " already, the most allowed; remove one");
        }
        return Account.newBuilder()
                .setName(name(identity))
                .setIdentity(identity.identity())
                .setCreatedAtMs(System.currentTimeMillis())
                .build();
    }

    /** As the service calls the person, unless somebody else has the name. */
    private String name(Access.Identity identity) {
        String wanted = identity.name()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9._@+-]", "-")
                .replaceFirst("^[^a-z0-9]+", "");
        String name = wanted.substring(0, Math.min(wanted.length(), MAX_NAME));
        boolean taken = !AccessKey.isName(name)
                || name.equals(Principal.TOKEN_NAME)
                || name.equals(Principal.LOCAL_NAME)
                || store.account(name).isPresent();
        return taken ? (name.isEmpty() ? "user" : name) + "-" + suffix(identity.identity()) : name;
    }

    private static String suffix(String identity) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, SUFFIX_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
