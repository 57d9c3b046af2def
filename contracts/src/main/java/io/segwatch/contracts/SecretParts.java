package io.segwatch.contracts;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of an address that let one in, beside a login: values of parameters such as {@code pwd=} and
 * {@code token=}. Most stand in the query; some cameras have them in the path, as
 * {@code /user=admin&password=x&channel=1} or {@code /user=admin_password=x_channel=1}. A value reaches to the next
 * {@code &}, since people write every other letter into passwords. Where the end of one cannot be told, the address is
 * refused.
 *
 * @param name of the parameter, as it is written
 * @param from where the value begins
 * @param to where it ends
 */
record SecretParts(String name, int from, int to) {
    /** In place of a value, where the address is shown or kept. */
    static final String MASK = "***";

    private static final Pattern NAME = Pattern.compile("(?:.*[^a-z])?(?:user|usr|login|key|auth|sig|sid)"
            + "|.*(?:passw|pwd|passcode|passphrase|psw|token|secret|credential|signature|apikey|authkey|username"
            + "|authoriz|loginuse|loginpas).*|(?:.*[^a-z])?pass");
    private static final Pattern START = Pattern.compile("[/?&;#,]([A-Za-z0-9_.%~\\[\\]-]{1,64})=");
    /** Where one parameter of a path ends and the next begins. */
    private static final Pattern NEXT_IN_PATH = Pattern.compile("_([A-Za-z]{2,32})=");

    private static final Pattern IN_TEXT = Pattern.compile("([/?&;#,_])([A-Za-z0-9_.%~-]{1,64})=([^&\\s\"'<>]+)");

    /** Whether the value of a parameter of this name lets one in. */
    static boolean isSecret(String name) {
        return NAME.matcher(decoded(name).toLowerCase(Locale.ROOT)).matches();
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    /**
     * Those behind the authority, in their order; also those that are masked already.
     *
     * @throws IllegalArgumentException when the end of a value cannot be told, with the remedy, and without showing it
     */
    static List<SecretParts> of(String url, int authorityEnd) {
        List<SecretParts> parts = new ArrayList<>();
        Matcher start = START.matcher(url);
        int at = authorityEnd;
        while (start.find(at)) {
            at = start.end();
            if (isSecret(start.group(1))) {
                at = addValues(url, start.group(1), at, parts);
            }
        }
        return parts;
    }

    /** The value that begins here, and those that a path has behind it. */
    private static int addValues(String url, String name, int from, List<SecretParts> parts) {
        int query = url.indexOf('?');
        boolean inPath = query < 0 || query >= from;
        int ampersand = url.indexOf('&', from);
        int end = ampersand < 0 ? url.length() : ampersand;
        Matcher next = NEXT_IN_PATH.matcher(url).region(from, end);
        boolean another = inPath && next.find();
        int to = another ? next.start() : end;
        if (to > from) {
            check(url, name, from, to);
            parts.add(new SecretParts(name, from, to));
        }
        if (another) {
            // Those between are no secrets, and are looked at no more than that.
            return isSecret(next.group(1))
                    ? addValues(url, next.group(1), next.end(), parts)
                    : laterInPath(url, next, end, parts);
        }
        return to;
    }

    private static int laterInPath(String url, Matcher next, int end, List<SecretParts> parts) {
        int at = next.end();
        while (next.find()) {
            if (isSecret(next.group(1))) {
                return addValues(url, next.group(1), next.end(), parts);
            }
            at = next.end();
        }
        return Math.min(at, end);
    }

    private static void check(String url, String name, int from, int to) {
        if (url.substring(from, to).indexOf('#') >= 0) {
            throw new IllegalArgumentException("has a # behind " + name + "=; write it as %23 where it belongs to the"
                    + " value, and leave it out otherwise");
        }
        if (to < url.length() && url.charAt(to) == '&') {
            int next = url.indexOf('&', to + 1);
            String piece = url.substring(to + 1, next < 0 ? url.length() : next);
            if (piece.indexOf('=') < 1) {
                throw new IllegalArgumentException(
                        "has an & behind " + name + "= that could belong to the value; write it"
                                + " as %26 where it does, and put parameters without = first otherwise");
            }
        }
    }

    /** The address with {@link #MASK} in place of each. */
    static String masked(String url, List<SecretParts> parts) {
        StringBuilder masked = new StringBuilder();
        int at = 0;
        for (SecretParts part : parts) {
            masked.append(url, at, part.from).append(MASK);
            at = part.to;
        }
        return masked.append(url.substring(at)).toString();
    }

    /** Name and value of each. */
    static List<Map.Entry<String, String>> values(String url, List<SecretParts> parts) {
        return parts.stream()
                .map(part -> Map.entry(part.name, url.substring(part.from, part.to)))
                .toList();
    }

    /**
     * The address with these values in place of the masks.
     *
     * @throws IllegalArgumentException when there is none for one of them, naming it
     */
    static String filled(String url, List<SecretParts> parts, AddressSecrets secrets) {
        StringBuilder filled = new StringBuilder();
        int at = 0;
        int number = 0;
        List<String> taken = new ArrayList<>();
        for (SecretParts part : parts) {
            String value = url.substring(part.from, part.to);
            if (value.equals(MASK)) {
                taken.add(part.name);
                int nth = (int) taken.stream().filter(part.name::equals).count();
                value = secrets.value(part.name, nth)
                        .orElseThrow(() -> new IllegalArgumentException("has " + MASK + " for " + part.name
                                + ", and nothing is kept for it; give its value again"));
            }
            filled.append(url, at, part.from).append(value);
            at = part.to;
            number++;
        }
        return number == 0 ? url : filled.append(url.substring(at)).toString();
    }

    /** Any text, with {@link #MASK} in place of each value that lets one in. */
    static String redact(String text) {
        return IN_TEXT.matcher(text).replaceAll(SecretParts::replacement);
    }

    private static String replacement(MatchResult found) {
        boolean secret = isSecret(found.group(2));
        return Matcher.quoteReplacement(secret ? found.group(1) + found.group(2) + "=" + MASK : redactedWithin(found));
    }

    /** A value that is no secret may be an address with one in it. */
    private static String redactedWithin(MatchResult found) {
        return found.group(1) + found.group(2) + "=" + redact(found.group(3));
    }
}
