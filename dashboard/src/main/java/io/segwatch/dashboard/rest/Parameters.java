package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.vertx.core.http.HttpServerRequest;

/** Parameters of a request's query. */
final class Parameters {
    private Parameters() {}

    /** A whole number, 0 or more. */
    static long number(HttpServerRequest request, String name, long fallback) {
        String text = request.getParam(name);
        if (text == null || text.isEmpty()) {
            return fallback;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Answered below.
        }
        throw HttpProblem.badInput(name, "must be a whole number, 0 or more");
    }

    static boolean flag(HttpServerRequest request, String name, boolean fallback) {
        return switch (request.getParam(name, "")) {
            case "" -> fallback;
            case "true" -> true;
            case "false" -> false;
            default -> throw HttpProblem.badInput(name, "must be true or false");
        };
    }
}
