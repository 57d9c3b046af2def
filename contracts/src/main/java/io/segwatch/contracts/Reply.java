package io.segwatch.contracts;

import java.util.Optional;

/**
 * A role's answer to a GET request.
 *
 * @param status of HTTP
 * @param contentType of the body
 * @param location where another process answers; with status 307
 */
public record Reply(int status, String contentType, String body, Optional<String> location) {
    public static Reply json(String json) {
        return new Reply(200, "application/json", json, Optional.empty());
    }

    /** @param problem in a sentence, with what to do about it */
    public static Reply refused(int status, String problem) {
        return new Reply(status, "text/plain; charset=utf-8", problem + "\n", Optional.empty());
    }

    public static Reply elsewhere(String url) {
        return new Reply(307, "text/plain; charset=utf-8", url + "\n", Optional.of(url));
    }
}
