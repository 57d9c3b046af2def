package io.segwatch.secrets;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is kept under one name, and the scheme, host and port that it may be told to. Not a record: its text form must
 * not show it.
 */
final class KeptSecret {
    private final String authority;
    private final Map<String, String> fields;

    /** @param authority empty when whoever wrote it by hand left it out */
    KeptSecret(String authority, Map<String, String> fields) {
        this.authority = authority;
        this.fields = Map.copyOf(fields);
    }

    String authority() {
        return authority;
    }

    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    Map<String, String> fields() {
        return fields;
    }

    /**
     * The same, when it is for this scheme, host and port.
     *
     * @throws IOException when it is for another, a sentence without the secret
     */
    KeptSecret openedFor(String wanted, String name) throws IOException {
        if (authority.isEmpty()) {
            throw new IOException(
                    "What is kept as \"" + name + "\" names no address that it is for. Give it again, or add " + name
                            + ".address=" + wanted + " to its file.");
        }
        if (!authority.equals(wanted)) {
            throw new IOException("What is kept as \"" + name + "\" is for " + authority
                    + " and is told to no other address," + " such as " + wanted + ". Give it again for this one.");
        }
        return this;
    }

    /** One text of several fields, as a form in a browser is sent. */
    static String joined(Map<String, String> fields) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(fields).forEach((name, value) -> append(text, name, value));
        return text.toString();
    }

    static void append(StringBuilder text, String name, String value) {
        text.append(text.length() == 0 ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    /** The pairs of such a text, in their order. */
    static List<Map.Entry<String, String>> pairs(String text) {
        return Stream.of(text.split("&"))
                .filter(pair -> pair.indexOf('=') > 0)
                .map(pair -> Map.entry(
                        decoded(pair.substring(0, pair.indexOf('='))), decoded(pair.substring(pair.indexOf('=') + 1))))
                .toList();
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
