package io.segwatch.dashboard.rest;

import io.segwatch.contracts.AddressSecrets;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Login;
import io.segwatch.dashboard.http.HttpProblem;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * A camera's address as it may be published, and what was taken out of it.
 *
 * @param url without user info, and with masks in place of secret values
 * @param authority scheme, host and port; empty for a local address
 * @param secrets the login, and values of the address, some of which may be masks: those are kept from before
 */
record CameraLogin(String url, String authority, AddressSecrets secrets) {
    private static final int MAX_LENGTH = 200;

    /** Takes {@code username}, {@code password} and what is secret in {@code url} out of {@code body}. */
    static CameraLogin takeFrom(JsonObject body) {
        CameraUrl url = address(text(body.getValue("url"), "url"));
        String user = text(body.remove("username"), "username");
        String password = text(body.remove("password"), "password");
        if (url.login().isPresent()) {
            Login inAddress = url.login().get();
            user = inAddress.user();
            password = inAddress.password().isEmpty() ? password : inAddress.password();
        }
        body.put("url", url.published());
        if (user.isEmpty() && !password.isEmpty()) {
            throw HttpProblem.badInput("username", "is empty, but there is a password; give both or neither");
        }
        if (!user.isEmpty() && url.authority().isEmpty()) {
            throw HttpProblem.badInput("username", "is not used by a " + url.scheme() + ": camera; leave it out");
        }
        Optional<Login> login = user.isEmpty() ? Optional.empty() : Optional.of(new Login(user, password));
        return new CameraLogin(url.published(), url.authority(), url.secrets().withLogin(login));
    }

    /** Whether there is anything that is not kept already. */
    boolean isNew() {
        return secrets.login().isPresent()
                || secrets.values().stream().anyMatch(value -> !value.getValue().equals(AddressSecrets.MASK));
    }

    private static CameraUrl address(String url) {
        try {
            return CameraUrl.parse(url);
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

    /** As it may be published. */
    @Override
    public String toString() {
        return url;
    }
}
