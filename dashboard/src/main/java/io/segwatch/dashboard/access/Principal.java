package io.segwatch.dashboard.access;

import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;

/**
 * On whose behalf a request is made, a WebSocket open, an event stream read.
 *
 * @param name of the account; {@code token} for the configured token, {@code local} where nobody has to log in
 * @param role what may be done
 * @param cameras ids of those that may be seen; empty for all
 * @param way how it came in
 * @param credential what it came in with, as the topic {@code segwatch.access} keys it, such as {@code session/ID};
 *     empty for none. No secret
 */
public record Principal(String name, UserRole role, Set<String> cameras, Way way, String credential) {
    /** Each may do what those before it may. */
    public enum UserRole {
        /** Looks. */
        VIEWER,
        /** Also changes what is looked for: queries, rules, zones, prompts, backtests. */
        OPERATOR,
        /** Also cameras, webhooks, users, settings. */
        ADMIN
    }

    /** How somebody came in. */
    public enum Way {
        /** On this machine, where nobody has to log in. */
        LOCAL,
        /** With the configured token, sent with the request. */
        TOKEN,
        /** With an API token, sent with the request. */
        API_TOKEN,
        /** With a session, which a log-in began. */
        SESSION,
        /** With a signed address, which is good for the pictures and the video of one alert. */
        SIGNED
    }

    /** The name of who comes with the configured token. */
    public static final String TOKEN_NAME = "token";
    /** The name of who comes without any log-in, which this machine only can. */
    public static final String LOCAL_NAME = "local";

    /** The name of who comes with a signed address. */
    private static final String SIGNED_NAME = "signed address";

    private static final String KEY = "segwatch.principal";
    private static final String CAME_IN = "segwatch.came-in";

    public Principal {
        cameras = Set.copyOf(cameras);
    }

    /** Who comes without any log-in, on this machine. */
    public static Principal local() {
        return new Principal(LOCAL_NAME, UserRole.ADMIN, Set.of(), Way.LOCAL, "");
    }

    /** Who comes with a signed address, for the request that it is good for. */
    public static Principal signed() {
        return new Principal(SIGNED_NAME, UserRole.VIEWER, Set.of(), Way.SIGNED, "");
    }

    /**
     * Who sends this request.
     *
     * @throws IllegalStateException when the request was not let in
     */
    public static Principal of(RoutingContext ctx) {
        return find(ctx).orElseThrow(() -> new IllegalStateException("nobody was let in"));
    }

    /** Who sends this request; empty for somebody who has not logged in. */
    public static Optional<Principal> find(RoutingContext ctx) {
        return Optional.ofNullable(ctx.get(KEY));
    }

    /** Notes who comes in by this very request, which was sent by nobody yet. */
    static void cameIn(RoutingContext ctx, String name) {
        ctx.put(CAME_IN, name);
    }

    /** Who came in by this request, as by a log-in. */
    public static Optional<String> cameIn(RoutingContext ctx) {
        return Optional.ofNullable(ctx.get(CAME_IN));
    }

    public void putIn(RoutingContext ctx) {
        ctx.put(KEY, this);
    }

    public boolean may(UserRole needed) {
        return role.compareTo(needed) >= 0;
    }

    /** Whether all cameras may be seen, also those that there will be. */
    public boolean seesAll() {
        return cameras.isEmpty();
    }

    public boolean sees(String camera) {
        return seesAll() || cameras.contains(camera);
    }
}
