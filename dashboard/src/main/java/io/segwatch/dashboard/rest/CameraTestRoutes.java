package io.segwatch.dashboard.rest;

import io.segwatch.contracts.AddressSecrets;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraTest;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * {@code /api/cameras/test}: has the role that reads cameras try one before it is defined. Nothing of it is kept, and
 * what it is reached with is told to nobody else.
 */
final class CameraTestRoutes {
    private static final int AT_ONCE = 2;
    private static final int EACH = 2;
    private static final long WAIT_SECONDS = 45;
    private static final String TRIED = "tried";

    private final Function<String, Optional<Camera>> cameras;
    private final Credentials credentials;
    private final Optional<BiFunction<Camera, Credentials, CompletionStage<CameraTest>>> tests;
    private final BoundedWork running;

    CameraTestRoutes(
            Vertx vertx,
            Function<String, Optional<Camera>> cameras,
            Credentials credentials,
            Optional<BiFunction<Camera, Credentials, CompletionStage<CameraTest>>> tests) {
        this.cameras = cameras;
        this.credentials = credentials;
        this.tests = tests;
        this.running = new BoundedWork(vertx, "camera-tests", AT_ONCE, EACH);
    }

    void bind(Operations operations) {
        operations.on("test-camera", this::test);
    }

    private void test(RoutingContext ctx) {
        JsonObject body = Validated.body(ctx);
        body.remove(DefinitionRoutes.TAG);
        body.remove(DefinitionRoutes.WARNINGS);
        CameraLogin login = CameraLogin.takeFrom(body);
        Camera asked = Json.read(body, Camera.newBuilder()).setUrl(login.url()).build();
        // A camera that is new has no id yet.
        Camera camera = asked.toBuilder()
                .setId(asked.getId().isEmpty() ? TRIED : asked.getId())
                .build();
        List<Problem> problems = Definitions.check(camera);
        if (!problems.isEmpty()) {
            throw HttpProblem.badInput(problems);
        }
        var tester = tests.orElseThrow(() -> HttpProblem.of(
                501,
                "url",
                "cannot be tried from here: another process reads cameras. Where the roles ingest and dashboard run in"
                        + " one process, it can; else save it, and its status says how it fares"));
        running.run(ctx, () -> {
                    AddressSecrets secrets = secrets(asked, login);
                    Camera tried = camera.toBuilder()
                            .setCredentials(secrets.isEmpty() ? "" : camera.getId())
                            .build();
                    return tester.apply(tried, Credentials.only(camera.getId(), login.authority(), secrets))
                            .toCompletableFuture()
                            .get(WAIT_SECONDS, TimeUnit.SECONDS);
                })
                .onSuccess(test -> Json.send(ctx, 200, Json.object(test)))
                .onFailure(ctx::fail);
    }

    /** What was given; for a camera that is known, at the address that it has, what is kept of it too. */
    private AddressSecrets secrets(Camera asked, CameraLogin login) throws IOException {
        Optional<Camera> known = cameras.apply(asked.getId())
                .filter(camera -> !camera.getCredentials().isEmpty()
                        && authority(camera.getUrl()).equals(login.authority()));
        AddressSecrets kept = known.isEmpty()
                ? AddressSecrets.NONE
                : credentials
                        .find(known.get().getCredentials(), login.authority())
                        .orElse(AddressSecrets.NONE);
        AddressSecrets all = login.secrets().unmasked(kept);
        if (all.isMasked()) {
            throw HttpProblem.badInput(
                    "url", "has " + AddressSecrets.MASK + " where a secret was; give its value to try the camera");
        }
        return all.login().isPresent() ? all : all.withLogin(kept.login());
    }

    private static String authority(String url) {
        try {
            return CameraUrl.parse(url).authority();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
