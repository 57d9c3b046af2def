package io.segwatch.dashboard.access;

import io.segwatch.dashboard.access.Principal.UserRole;
import io.segwatch.dashboard.http.HttpProblem;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who may use an operation of the API, as its document says: {@code x-role} and {@code x-camera}. An operation without
 * them is not served.
 *
 * @param role that is needed; empty for an operation that anybody may use, who has not logged in either
 * @param camera where the camera is named that must be one's own
 */
public record AccessRule(Optional<UserRole> role, CameraPlace camera) {
    private static final String OPEN = "open";

    /** Where an operation names cameras. Those that somebody may not see are as if they were not there. */
    public enum CameraPlace {
        /** It has nothing to do with cameras, or its role sees all. */
        NONE,
        /** In the path, as {@code id}. */
        PATH,
        /** In the parameter {@code camera}; without it, the answer holds what is about one's own. */
        QUERY,
        /** In the body, as {@code camera}. */
        BODY,
        /** The answer holds what is about one's own. */
        FILTERED,
        /** What the path names is about a camera, as an alert is. */
        THING,
        /** What the path or the body names is defined for cameras, as a rule is; it is changed by who sees them all. */
        DEFINITION
    }

    /**
     * The rule of an operation, a message or an event.
     *
     * @param described its object in the document
     * @throws IllegalStateException when it has none
     */
    public static AccessRule of(String name, JsonObject described) {
        String role = String.valueOf(described.getString("x-role"));
        String camera = String.valueOf(described.getString("x-camera"));
        try {
            return new AccessRule(
                    role.equals(OPEN) ? Optional.empty() : Optional.of(UserRole.valueOf(role.toUpperCase(Locale.ROOT))),
                    CameraPlace.valueOf(camera.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "openapi.json does not say who may use " + name + ": x-role " + role + ", x-camera " + camera, e);
        }
    }

    /**
     * Lets a request through, or not; its parameters and body have been accepted.
     *
     * @param cameraExists tells whether there is a camera of this id
     * @throws HttpProblem 401, 403, or that the camera is not there
     */
    public void check(RoutingContext ctx, Predicate<String> cameraExists) {
        if (role.isEmpty()) {
            return;
        }
        Principal principal = Principal.find(ctx)
                .orElseThrow(() -> HttpProblem.of(401, "Authorization", "is missing; log in at /login"));
        if (!principal.may(role.get())) {
            throw HttpProblem.of(
                    403,
                    "role",
                    "is " + principal.role() + ", and this needs " + role.get()
                            + "; ask an admin to change it, or to do" + " this for you");
        }
        switch (camera) {
            case PATH -> checkSeen(principal, ctx.pathParam("id"));
            case QUERY -> checkSeen(principal, ctx.request().getParam("camera", ""));
            case BODY -> {
                String named = body(ctx).getString("camera", "");
                boolean seen = principal.seesAll() || principal.sees(named) && cameraExists.test(named);
                if (!named.isEmpty() && !seen) {
                    throw HttpProblem.badInput("camera", HttpProblem.missing("camera", named));
                }
            }
            default -> {
                // The answer is made for this principal.
            }
        }
    }

    private static JsonObject body(RoutingContext ctx) {
        JsonObject body = ctx.body() == null ? null : ctx.body().asJsonObject();
        return body == null ? new JsonObject() : body;
    }

    private static void checkSeen(Principal principal, String named) {
        if (!named.isEmpty() && !principal.sees(named)) {
            throw HttpProblem.notFound("camera", named);
        }
    }
}
