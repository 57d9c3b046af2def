package io.segwatch.dashboard;

import io.segwatch.dashboard.listen.Authority;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * The address at which people open the dashboard.
 *
 * @param scheme {@code http} or {@code https}
 * @param prefix path below which it lies; empty for none
 */
record PublicUrl(String scheme, Authority authority, String prefix) {
    private static final String KEY = "segwatch.dashboard.public-url";

    /** @throws IllegalArgumentException when the text is no such address, with an example of one */
    static PublicUrl parse(String text) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw invalid(text);
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        Authority authority = Authority.parse(uri.getRawAuthority());
        String prefix = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        if (!scheme.matches("https?") || authority.host().isEmpty() || uri.getRawQuery() != null) {
            throw invalid(text);
        }
        if (uri.getRawFragment() != null || !prefix.isEmpty() && !ReverseProxies.isPrefix(prefix)) {
            throw invalid(text);
        }
        return new PublicUrl(scheme, authority, prefix);
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException(KEY + " is " + text
                + ", but must be an address such as https://cameras.example or https://example/cameras, whose path does"
                + " not begin with /api or /lib");
    }

    /** Whether a page of this origin, as a browser writes it, is this dashboard's. */
    boolean isOrigin(String originScheme, Authority origin) {
        return originScheme.equals(scheme) && sameHost(scheme, origin, authority);
    }

    /** Whether both name the same port of the same host, where one may leave the scheme's own port out. */
    static boolean sameHost(String scheme, Authority one, Authority other) {
        int usual = scheme.equals("https") ? 443 : 80;
        return !one.host().isEmpty()
                && one.host().equals(other.host())
                && (one.port() < 0 ? usual : one.port()) == (other.port() < 0 ? usual : other.port());
    }
}
