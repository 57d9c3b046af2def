package io.segwatch.contracts;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a camera, taken apart: the one place that knows where a user and a password stand in it, and which
 * values of its parameters are secret ({@link SecretParts}).
 *
 * <p>RFC 3986 ends the authority at the first {@code /}, {@code ?} or {@code #}, and people write these, and {@code @ :
 * %}, into passwords all the same. So an {@code @} behind that end counts: where the text before the end is no host,
 * the login reaches to the last {@code @}; where it could be a host and port or a user and password, the address is
 * refused, since a guess that fails would publish half of a password. No error text repeats the address. Immutable.
 */
public final class CameraUrl {
    static final int MAX_LENGTH = 2_000;

    private static final Set<String> SCHEMES = Set.of("rtsp", "rtsps", "http", "https", "file", "v4l2");
    private static final Set<String> LOCAL = Set.of("file", "v4l2");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~-]+|\\[[0-9A-Fa-f:.]+(?:%25[A-Za-z0-9._~-]+)?]");
    private static final Pattern HOST_AND_PORT = Pattern.compile("(" + HOST + ")(?::(\\d{1,5}))?");
    /** Up to the last @ of a word, more than the login rather than less, unless a host without a port stands first. */
    private static final Pattern LOGIN_IN_TEXT = Pattern.compile("(?<!file)://(?!(?:" + HOST + ")[/?#])\\S*@");

    private final String withoutLogin;
    private final String scheme;
    private final Optional<Login> login;
    private final String host;
    private final OptionalInt port;
    private final List<SecretParts> parts;

    private CameraUrl(
            String withoutLogin,
            String scheme,
            Optional<Login> login,
            String host,
            OptionalInt port,
            List<SecretParts> parts) {
        this.withoutLogin = withoutLogin;
        this.scheme = scheme;
        this.login = login;
        this.host = host;
        this.port = port;
        this.parts = parts;
    }

    /**
     * Takes an address apart.
     *
     * @throws IllegalArgumentException when it is none, with the remedy, as the rest of a sentence that begins with
     *     "url"
     */
    public static CameraUrl parse(String url) {
        if (url.isBlank()) {
            throw refused("is empty; give for example rtsp://192.168.1.20/stream1 or file:/videos/door.mp4");
        }
        if (url.length() > MAX_LENGTH) {
            throw refused("is longer than " + MAX_LENGTH + " characters");
        }
        if (url.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw refused("is not valid: it has a space or a control character; write a space as %20");
        }
        VisibleText.problem(url).ifPresent(problem -> {
            throw refused(problem);
        });
        int colon = url.indexOf(':');
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            throw refused("must start with rtsp://, rtsps://, http://, https://, file:/ or v4l2:/dev/video");
        }
        if (LOCAL.contains(scheme)) {
            return new CameraUrl(valid(url), scheme, Optional.empty(), "", OptionalInt.empty(), List.of());
        }
        if (!url.startsWith("//", colon + 1)) {
            throw refused("must have // behind " + scheme + ":");
        }
        return remote(url, scheme, colon + 3);
    }

    private static CameraUrl remote(String url, String scheme, int start) {
        int end = authorityEnd(url, start);
        int at = url.lastIndexOf('@');
        if (at >= end && HOST.matcher(url.substring(start, end)).matches()) {
            at = -1;
        } else if (at >= end && isAuthority(url.substring(start, end))) {
            throw refused("has an @ behind the host; write it as %40, and a user and password with / ? or # in them"
                    + " as fields of their own");
        }
        Optional<Login> login = Optional.empty();
        String rest = url;
        if (at >= start) {
            login = Optional.of(login(url.substring(start, at)));
            rest = url.substring(0, start) + url.substring(at + 1);
        }
        Matcher host = HOST_AND_PORT.matcher(rest.substring(start, authorityEnd(rest, start)));
        OptionalInt port = OptionalInt.empty();
        if (host.matches() && host.group(2) != null) {
            port = OptionalInt.of(Integer.parseInt(host.group(2)));
        }
        if (!host.matches() || port.isPresent() && !isPort(port.getAsInt())) {
            throw refused("names no host and port that can be reached, as rtsp://192.168.1.20:554/stream1 does");
        }
        List<SecretParts> parts = SecretParts.of(rest, authorityEnd(rest, start));
        // Behind a mask the rest may be of another part of the address, with other letters allowed.
        valid(SecretParts.masked(rest, parts));
        return new CameraUrl(valid(rest), scheme, login, host.group(1), port, parts);
    }

    private static int authorityEnd(String url, int start) {
        int end = start;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /** Whether the text is an authority in itself, with or without a login, so that an @ behind it is no login's. */
    private static boolean isAuthority(String text) {
        return HOST_AND_PORT.matcher(text.substring(text.lastIndexOf('@') + 1)).matches();
    }

    private static boolean isPort(int port) {
        return port >= 1 && port <= 65_535;
    }

    private static Login login(String info) {
        int colon = info.indexOf(':');
        return colon < 0
                ? new Login(decoded(info), "")
                : new Login(decoded(info.substring(0, colon)), decoded(info.substring(colon + 1)));
    }

    private static String decoded(String part) {
        try {
            // A '+' stands for itself in user info; URLDecoder would make it a space.
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused("holds a user or password with a broken %-code; give them as fields instead");
        }
    }

    private static String valid(String url) {
        try {
            new URI(url);
            return url;
        } catch (URISyntaxException e) {
            throw refused("is not valid: " + e.getReason() + " at character " + e.getIndex());
        }
    }

    private static IllegalArgumentException refused(String problem) {
        return new IllegalArgumentException(problem);
    }

    /** In lower case: rtsp, rtsps, http, https, file or v4l2. */
    public String scheme() {
        return scheme;
    }

    /**
     * As it stands in the address: a name, which may hold underscores (for which {@link URI#getHost()} is null), an
     * IPv4 address, or an IPv6 address in brackets; empty for a local address.
     */
    public String host() {
        return host;
    }

    /** 1 to 65535; empty when the address names none. */
    public OptionalInt port() {
        return port;
    }

    /** Scheme, host and port alone: path and query, which often hold a token, are left out. */
    public String origin() {
        return scheme + "://" + host + (port.isPresent() ? ":" + port.getAsInt() : "");
    }

    /**
     * Scheme, host and port in one spelling, whichever way they are written: what a secret is bound to. Empty for a
     * local address.
     */
    public String authority() {
        int usual = switch (scheme) {
            case "rtsp" -> 554;
            case "rtsps" -> 322;
            case "http" -> 80;
            default -> 443;
        };
        return LOCAL.contains(scheme) ? "" : scheme + "://" + host.toLowerCase(Locale.ROOT) + ":" + port.orElse(usual);
    }

    List<SecretParts> parts() {
        return parts;
    }

    /** The address as it may be published: without the login, and with masks in place of secret values. */
    public String published() {
        return SecretParts.masked(withoutLogin, parts);
    }

    /** What {@link #published} leaves out. */
    public AddressSecrets secrets() {
        return new AddressSecrets(login, SecretParts.values(withoutLogin, parts));
    }

    /**
     * The address with these values in place of masks, for who connects and for nobody else.
     *
     * @throws IllegalArgumentException when one is not among them, naming it
     */
    public CameraUrl filled(AddressSecrets secrets) {
        return parse(SecretParts.filled(withoutLogin, parts, secrets));
    }

    /** The same without the login, and with secret values. */
    public URI uri() {
        return URI.create(withoutLogin);
    }

    public Optional<Login> login() {
        return login;
    }

    /** For who connects: without the login, and with secret values. */
    public String withoutLogin() {
        return withoutLogin;
    }

    /** The address with this login, percent-encoded, for the library that connects and for nobody else. */
    public String withLogin(String user, String password) {
        int start = withoutLogin.indexOf("://") + 3;
        return withoutLogin.substring(0, start) + encoded(user) + ":" + encoded(password) + "@"
                + withoutLogin.substring(start);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Any text, a log line for example, with {@code ***} in place of the logins and secret values of addresses in it.
     */
    public static String redact(String text) {
        return SecretParts.redact(LOGIN_IN_TEXT.matcher(text).replaceAll("://***@"));
    }

    /** As it may be published. */
    @Override
    public String toString() {
        return published();
    }
}
