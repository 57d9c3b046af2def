package io.segwatch.role;

import java.util.Optional;

/**
 * A role's answer to a GET request.
 *
 * @param status of HTTP
 * @param contentType of the body
 * @param location where another process answers; with status 307
 */
public record RoleResponse(int status, String contentType, String body, Optional<String> location) {
    public static RoleResponse json(String json) {
        return new RoleResponse(200, "application/json", json, Optional.empty());
    }

    /** @param problem in a sentence, with what to do about it */
    public static RoleResponse error(int status, String problem) {
        return new RoleResponse(status, "text/plain; charset=utf-8", problem + "\n", Optional.empty());
    }

    public static RoleResponse redirect(String url) {
        return new RoleResponse(307, "text/plain; charset=utf-8", url + "\n", Optional.of(url));
    }
}
