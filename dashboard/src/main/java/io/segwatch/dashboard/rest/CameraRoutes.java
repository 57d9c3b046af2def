package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Login;
import io.segwatch.contracts.Problem;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Zone;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * {@code /api/cameras}. A user and password, in the address or in fields {@code username} and {@code password}, go into
 * the credentials file under the camera's id and nowhere else.
 */
final class CameraRoutes extends DefinitionRoutes<Camera> {
    private static final String LOGIN = "login";

    private final Vertx vertx;
    private final Credentials credentials;

    CameraRoutes(Vertx vertx, DefinitionStore<Camera> store, int limit, Credentials credentials) {
        super("camera", "cameras", limit, store);
        this.vertx = vertx;
        this.credentials = credentials;
    }

    @Override
    Camera read(RoutingContext ctx, JsonObject body, Optional<Camera> old) {
        CameraLogin login = CameraLogin.takeFrom(body);
        Camera.Builder camera = Json.read(body, Camera.newBuilder());
        camera.setUrl(login.url());
        login.entry().ifPresent(entry -> ctx.put(LOGIN, entry));
        if (login.entry().isEmpty()) {
            checkCredentialsStay(camera, old);
        }
        nameZones(camera, old);
        return camera.build();
    }

    /** Else whoever may edit a camera could have its password sent to a host of their own. */
    private static void checkCredentialsStay(Camera.Builder camera, Optional<Camera> old) {
        String named = camera.getCredentials();
        if (named.isEmpty()) {
            return;
        }
        boolean sameName = old.map(Camera::getCredentials).filter(named::equals).isPresent();
        boolean sameHost = old.map(before -> authority(before.getUrl()))
                .filter(before -> Objects.equals(before, authority(camera.getUrl())))
                .isPresent();
        if (!sameName || !sameHost) {
            throw HttpProblem.badInput(
                    "credentials",
                    "are kept for one camera at one address; give username and password again, or leave credentials"
                            + " empty");
        }
    }

    private static String authority(String url) {
        try {
            URI uri = URI.create(url);
            return uri.getScheme() + "://" + uri.getAuthority();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** Gives new zones an id, and raises the version of those whose shape or kind has changed. */
    private static void nameZones(Camera.Builder camera, Optional<Camera> old) {
        for (Zone.Builder zone : camera.getZonesBuilderList()) {
            if (zone.getId().isEmpty()) {
                zone.setId(Slug.of(
                        zone.getName(),
                        "zone",
                        taken -> camera.getZonesList().stream()
                                .anyMatch(other -> other.getId().equals(taken))));
            }
            zone.setVersion(versionOf(zone, old));
        }
    }

    private static int versionOf(Zone.Builder zone, Optional<Camera> old) {
        return old.stream()
                .flatMap(camera -> camera.getZonesList().stream())
                .filter(before -> before.getId().equals(zone.getId()))
                .findFirst()
                .map(before -> before.getRingsList().equals(zone.getRingsList()) && before.getKind() == zone.getKind()
                        ? before.getVersion()
                        : before.getVersion() + 1)
                .orElse(1);
    }

    @Override
    String nameOf(Camera camera) {
        return camera.getName();
    }

    @Override
    String idOf(Camera camera) {
        return camera.getId();
    }

    @Override
    Camera withId(Camera camera, String id) {
        return camera.toBuilder().setId(id).build();
    }

    @Override
    List<Problem> check(Camera camera) {
        return Definitions.check(camera);
    }

    @Override
    Camera complete(RoutingContext ctx, Camera camera) {
        return ctx.get(LOGIN) == null
                ? camera
                : camera.toBuilder().setCredentials(camera.getId()).build();
    }

    @Override
    Future<Void> beforeWrite(RoutingContext ctx, Camera camera) {
        Login entry = ctx.get(LOGIN);
        if (entry == null) {
            return Future.succeededFuture();
        }
        return onFile(() -> {
            credentials.put(camera.getId(), entry);
            return null;
        });
    }

    @Override
    Future<Void> afterDelete(String id) {
        return onFile(() -> {
            credentials.remove(id);
            return null;
        });
    }

    private Future<Void> onFile(Callable<Void> work) {
        return vertx.executeBlocking(work, false);
    }
}
