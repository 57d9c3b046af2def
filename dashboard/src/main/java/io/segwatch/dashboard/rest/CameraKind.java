package io.segwatch.dashboard.rest;

import io.segwatch.contracts.AddressSecrets;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.VisibleText;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.access.Principal.UserRole;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Erasure;
import io.segwatch.v1.Zone;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * {@code /api/cameras}. A user and password, in the address or in fields {@code username} and {@code password}, and
 * secret values in the address are kept, encrypted, under the camera's id and nowhere else.
 */
final class CameraKind implements DefinitionKind<Camera> {
    private static final String GIVE_AGAIN = "has " + AddressSecrets.MASK
            + " where a secret was, and none is kept for this camera at this address; give its value again";

    private final Credentials credentials;
    private final Function<String, Optional<Erasure>> erasures;
    private final Predicate<String> queryExists;

    /** @param erasures of cameras that were removed with what was kept */
    CameraKind(Credentials credentials, Function<String, Optional<Erasure>> erasures, Predicate<String> queryExists) {
        this.queryExists = queryExists;
        this.credentials = credentials;
        this.erasures = erasures;
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
        camera.getPrivacyMasksBuilderList().forEach(mask -> mask.setName(VisibleText.normalized(mask.getName())));
        nameZones(camera, old);
        List<Problem> crossing = ZoneShapes.check(camera.build(), old);
        if (!crossing.isEmpty()) {
            throw HttpProblem.badInput(crossing);
        }
        if (!login.isNew()) {
            checkCredentialsStay(camera, login, old);
            return Draft.of(camera.build());
        }
        String named = camera.getCredentials();
        return new Draft<>(
                camera.setCredentials(id).build(), Optional.of(() -> keep(id, login, kept(login, named, old))));
    }

    private void keep(String id, CameraLogin login, AddressSecrets kept) {
        AddressSecrets all = login.secrets().unmasked(kept);
        if (all.isMasked()) {
            throw HttpProblem.badInput("url", GIVE_AGAIN);
        }
        try {
            credentials.put(id, login.authority(), all.login().isPresent() ? all : all.withLogin(kept.login()));
        } catch (IOException e) {
            throw HttpProblem.of(501, "password", "cannot be kept by this process: " + e.getMessage());
        }
    }

    /** What is kept of the camera at the same address; its login only where it still names it. */
    private AddressSecrets kept(CameraLogin login, String named, Optional<Camera> old) throws IOException {
        String before = old.map(Camera::getCredentials).orElse("");
        if (before.isEmpty() || !authority(old.get()).equals(login.authority())) {
            return AddressSecrets.NONE;
        }
        AddressSecrets kept = credentials.find(before, login.authority()).orElse(AddressSecrets.NONE);
        return named.equals(before) ? kept : kept.withLogin(Optional.empty());
    }

    /** What comes of a camera that is being erased is hidden: another of its id would seem to send nothing. */
    @Override
    public List<Problem> missing(Camera camera, Optional<Camera> old) {
        List<Problem> missing = new ArrayList<>();
        for (int i = 0; i < camera.getHiddenQueriesCount(); i++) {
            String query = camera.getHiddenQueries(i);
            boolean before = old.filter(known -> known.getHiddenQueriesList().contains(query))
                    .isPresent();
            if (!before && !queryExists.test(query)) {
                missing.add(new Problem(
                        "hiddenQueries[" + i + "]", HttpProblem.missing("query", query) + "; add it first"));
            }
        }
        long now = System.currentTimeMillis();
        erasures.apply(camera.getId())
                .filter(erasure -> old.isEmpty() && now < erasure.getBeforeMs())
                .map(erasure -> new Problem(
                        "id",
                        "is that of a camera that is being erased; add it again in "
                                + (erasure.getBeforeMs() - now + 999) / 1_000 + " s, or give another id"))
                .ifPresent(missing::add);
        return missing;
    }

    @Override
    public List<String> cameras(Camera camera) {
        return List.of(camera.getId());
    }

    /** Who is no admin draws zones, and changes nothing else. */
    @Override
    public List<Problem> notAllowed(Principal principal, Camera camera, Optional<Camera> old) {
        boolean onlyZones = old.filter(before -> before.toBuilder()
                        .clearZones()
                        .build()
                        .equals(camera.toBuilder().clearZones().build()))
                .isPresent();
        return principal.may(UserRole.ADMIN) || onlyZones
                ? List.of()
                : List.of(new Problem("role", "is OPERATOR, who may change a camera's zones and nothing else of it"));
    }

    @Override
    public void removeSecret(String id) throws IOException {
        credentials.remove(id);
    }

    /** Each would be decoded and looked at, and alert, by itself. */
    @Override
    public List<Problem> warnings(Camera camera, Optional<Camera> old, List<Camera> others) {
        List<Problem> warnings = new ArrayList<>();
        others.stream()
                .filter(other ->
                        other.getUrl().equals(camera.getUrl()) && !other.getDisabled() && !camera.getDisabled())
                .map(other -> new Problem("url", "is that of camera " + other.getId() + " too; it is read twice"))
                .limit(1)
                .forEach(warnings::add);
        old.filter(before -> !before.getPrivacyMasksList().equals(camera.getPrivacyMasksList()))
                .map(before -> before.getPrivacyMasksCount() > 0 && camera.getPrivacyMasksCount() == 0
                        ? "hides nothing any more: pictures show all from the next one on"
                        : "acts from the next picture on; frames from before are as they were until Kafka drops them"
                                + " (segwatch.retention.frames.time), and so are thumbnails, evidence and clips that were"
                                + " made of them (segwatch.retention.thumbnails.time, .evidence.time, .clips.time). Removing the"
                                + " camera with its data takes them at once")
                .ifPresent(told -> warnings.add(new Problem("privacyMasks", told)));
        if (old.flatMap(ZoneShapes::sameNames).isEmpty()) {
            ZoneShapes.sameNames(camera).ifPresent(warnings::add);
        }
        return warnings;
    }

    /** Else whoever may edit a camera could have its password sent to a host of their own. */
    private static void checkCredentialsStay(Camera.Builder camera, CameraLogin login, Optional<Camera> old) {
        String named = camera.getCredentials();
        boolean masked = login.secrets().isMasked();
        if (named.isEmpty() && !masked) {
            return;
        }
        boolean sameName = !named.isEmpty()
                && old.map(Camera::getCredentials).filter(named::equals).isPresent();
        boolean sameAddress = old.filter(before -> authority(before).equals(login.authority()))
                .isPresent();
        if (masked && !(sameName && sameAddress)) {
            throw HttpProblem.badInput("url", GIVE_AGAIN);
        }
        if (!sameName || !sameAddress) {
            throw HttpProblem.badInput(
                    "credentials",
                    "are kept for one camera at one address; give username and password again, or leave credentials"
                            + " empty");
        }
    }

    private static String authority(Camera camera) {
        try {
            return CameraUrl.parse(camera.getUrl()).authority();
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
