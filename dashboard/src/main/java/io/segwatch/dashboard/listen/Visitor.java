package io.segwatch.dashboard.listen;

import io.vertx.ext.web.RoutingContext;

/**
 * Who sends a request, and at which address the dashboard lies for them.
 *
 * @param address the sender's, as a trusted proxy says it; else the connection's
 * @param scheme {@code http} or {@code https}
 * @param host that the sender called
 * @param prefix the path below which the dashboard lies, such as {@code /cam}; empty for none
 * @param person somebody at a page of this dashboard, logged in where a token is set, rather than a program
 */
public record Visitor(String address, String scheme, Authority host, String prefix, boolean person) {
    private static final String KEY = "segwatch.visitor";

    /** The sender of this request, once {@link #putIn} was called. */
    public static Visitor of(RoutingContext ctx) {
        return ctx.get(KEY);
    }

    public void putIn(RoutingContext ctx) {
        ctx.put(KEY, this);
    }

    public Visitor asPerson() {
        return new Visitor(address, scheme, host, prefix, true);
    }

    public Visitor overHttps() {
        return new Visitor(address, "https", host, prefix, person);
    }

    /** Who answers for the places that are taken: programs at an address take none from the people there. */
    public String owner() {
        return Authority.ownerOf(address) + (person ? " (page)" : "");
    }

    /**
     * From this path to where the dashboard lies: its prefix, or a relative address that is right below any.
     *
     * @param path below the dashboard, as it was asked for, with a leading slash
     */
    public String wayUp(String path) {
        int below = (int) path.chars().filter(c -> c == '/').count() - 1;
        return prefix.isEmpty() ? below == 0 ? "./" : "../".repeat(below) : prefix + "/";
    }

    public boolean isSecure() {
        return scheme.equals("https");
    }
}
