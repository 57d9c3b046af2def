package io.segwatch.dashboard.rest;

import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Login;
import io.segwatch.dashboard.http.HttpProblem;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * A camera's address without its user and password, and those.
 *
 * @param url without user info
 * @param entry empty when none were given
 */
record CameraLogin(String url, Optional<Login> entry) {
    private static final int MAX_LENGTH = 200;

    /** Takes {@code username}, {@code password} and the user info of {@code url} out of {@code body}. */
    static CameraLogin takeFrom(JsonObject body) {
        String url = text(body.getValue("url"), "url");
        String user = text(body.remove("username"), "username");
        String password = text(body.remove("password"), "password");
        Optional<Login> inAddress = login(url);
        if (inAddress.isPresent()) {
            url = CameraUrl.parse(url).withoutLogin();
            user = inAddress.get().user();
            password = inAddress.get().password().isEmpty()
                    ? password
                    : inAddress.get().password();
        }
        body.put("url", url);
        if (user.isEmpty() && !password.isEmpty()) {
            throw HttpProblem.badInput("username", "is empty, but there is a password; give both or neither");
        }
        return new CameraLogin(url, user.isEmpty() ? Optional.empty() : Optional.of(new Login(user, password)));
    }

    private static Optional<Login> login(String url) {
        try {
            return CameraUrl.parse(url).login();
        } catch (IllegalArgumentException e) {
            throw HttpProblem.badInput("url", e.getMessage());
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
