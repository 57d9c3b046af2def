package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.secrets.Credentials;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A camera's address without its user and password, and those.
 *
 * @param url without user info
 * @param entry empty when none were given
 */
record CameraLogin(String url, Optional<Credentials.Entry> entry) {
    private static final int MAX_LENGTH = 200;

    /** Takes {@code username}, {@code password} and the user info of {@code url} out of {@code body}. */
    static CameraLogin takeFrom(JsonObject body) {
        String url = text(body.getValue("url"), "url");
        String user = text(body.remove("username"), "username");
        String password = text(body.remove("password"), "password");
        if (Definitions.hasUserInfo(url)) {
            int start = url.indexOf("://") + 3;
            int at = lastAtOfAuthority(url, start);
            String info = url.substring(start, at);
            url = url.substring(0, start) + url.substring(at + 1);
            int colon = info.indexOf(':');
            user = decoded(colon < 0 ? info : info.substring(0, colon));
            password = colon < 0 ? password : decoded(info.substring(colon + 1));
        }
        body.put("url", url);
        if (user.isEmpty() && !password.isEmpty()) {
            throw HttpProblem.badInput("username", "is empty, but there is a password; give both or neither");
        }
        return new CameraLogin(
                url, user.isEmpty() ? Optional.empty() : Optional.of(new Credentials.Entry(user, password)));
    }

    private static int lastAtOfAuthority(String url, int start) {
        int end = start;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return url.lastIndexOf('@', end - 1);
    }

    private static String decoded(String part) {
        try {
            // A '+' stands for itself in user info; URLDecoder would make it a space.
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badInput(
                    "url", "holds a user or password with a broken %-code; give them as fields instead");
        }
    }

    private static String text(Object value, String field) {
        if (value == null) {
            return "";
        }
        if (!(value instanceof String text)) {
            throw HttpProblem.badInput(field, "is no text");
        }
        if (!field.equals("url") && text.length() > MAX_LENGTH) {
            throw HttpProblem.badInput(field, "has more than " + MAX_LENGTH + " characters");
        }
        return text;
    }

    /** Without the user and password. */
    @Override
    public String toString() {
        return url;
    }
}
