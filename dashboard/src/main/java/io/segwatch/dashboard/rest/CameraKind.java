package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Login;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.VisibleText;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Zone;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code /api/cameras}. A user and password, in the address or in fields {@code username} and {@code password}, go into
 * the credentials file under the camera's id and nowhere else.
 */
final class CameraKind implements DefinitionKind<Camera> {
    private final Credentials credentials;

    CameraKind(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public String name() {
        return "camera";
    }

    @Override
    public String plural() {
        return "cameras";
    }

    @Override
    public String label(JsonObject body) {
        return body.getString("name", "");
    }

    @Override
    public Draft<Camera> read(String id, JsonObject body, Optional<Camera> old) {
        CameraLogin login = CameraLogin.takeFrom(body);
        Camera.Builder camera = Json.read(body, Camera.newBuilder()).setId(id).setUrl(login.url());
        camera.setName(VisibleText.normalized(camera.getName()));
        camera.getZonesBuilderList().forEach(zone -> zone.setName(VisibleText.normalized(zone.getName())));
        nameZones(camera, old);
        if (login.entry().isEmpty()) {
            checkCredentialsStay(camera, old);
            return Draft.of(camera.build());
        }
        Login entry = login.entry().get();
        return new Draft<>(camera.setCredentials(id).build(), Optional.of(() -> credentials.put(id, entry)));
    }

    @Override
    public void removeSecret(String id) throws IOException {
        credentials.remove(id);
    }

    /** Each would be decoded and looked at, and alert, by itself. */
    @Override
    public List<Problem> warnings(Camera camera, List<Camera> others) {
        return others.stream()
                .filter(other ->
                        other.getUrl().equals(camera.getUrl()) && !other.getDisabled() && !camera.getDisabled())
                .map(other -> new Problem("url", "is that of camera " + other.getId() + " too; it is read twice"))
                .limit(1)
                .toList();
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
}
