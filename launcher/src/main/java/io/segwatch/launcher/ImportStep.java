package io.segwatch.launcher;

import com.google.protobuf.Message;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What an import does with one definition.
 *
 * @param definition as it is to be
 * @param before as it is now; null where there is none
 * @param tag of {@code before}
 * @param secrets that are sent with the definition
 * @param note what a person has to do besides; empty for nothing
 */
record ImportStep(
        DefinitionType type, Message definition, Message before, String tag, Map<String, String> secrets, String note) {

    String id() {
        return DefinitionType.idOf(definition);
    }

    boolean isNew() {
        return before == null;
    }

    boolean writes() {
        return isNew()
                || !secrets.isEmpty()
                || !DefinitionType.written(definition).equals(DefinitionType.written(before));
    }

    /**
     * A step for each definition of the document, in an order in which each finds what it names.
     *
     * @param logins {@code NAME.user} and {@code NAME.password} for cameras
     * @param keys secrets by webhook
     */
    static List<ImportStep> plan(
            DefinitionDocument document, DefinedNow now, Map<String, String> logins, Map<String, String> keys) {
        List<ImportStep> steps = new ArrayList<>();
        for (DefinitionType type : DefinitionType.values()) {
            document.of(type).forEach((id, definition) -> {
                Message before = now.definitions().of(type).get(id);
                String tag = now.tags().getOrDefault(type.path(id), "");
                if (definition instanceof Camera camera) {
                    steps.add(camera(camera, (Camera) before, tag, logins));
                } else if (definition instanceof Query query && query.getColor().isEmpty() && before != null) {
                    // Where none is asked for, the one that was given stays.
                    Query same = query.toBuilder()
                            .setColor(((Query) before).getColor())
                            .build();
                    steps.add(new ImportStep(type, same, before, tag, Map.of(), ""));
                } else {
                    // The newest of a secret comes first, and those that it replaced after it.
                    String key = keys.getOrDefault(id, "").split(" ")[0];
                    boolean secret = type == DefinitionType.WEBHOOKS && !key.isEmpty();
                    steps.add(new ImportStep(
                            type, definition, before, tag, secret ? Map.of("secret", key) : Map.of(), ""));
                }
            });
        }
        return steps;
    }

    /** A camera's password stays at its address, and goes to no other but by hand. */
    private static ImportStep camera(Camera camera, Camera before, String tag, Map<String, String> logins) {
        String name = camera.getCredentials();
        String user = logins.get(name + ".user");
        if (!name.isEmpty() && user != null) {
            Camera own = camera.toBuilder().setCredentials(camera.getId()).build();
            String password = logins.getOrDefault(name + ".password", "");
            Map<String, String> login = Map.of("username", user, "password", password);
            return new ImportStep(DefinitionType.CAMERAS, own, before, tag, login, "");
        }
        boolean kept = before != null
                && before.getCredentials().equals(name)
                && CameraUrl.parse(before.getUrl())
                        .origin()
                        .equals(CameraUrl.parse(camera.getUrl()).origin());
        if (name.isEmpty() || kept) {
            return new ImportStep(DefinitionType.CAMERAS, camera, before, tag, Map.of(), "");
        }
        Camera without = camera.toBuilder().clearCredentials().build();
        return new ImportStep(
                DefinitionType.CAMERAS,
                without,
                before,
                tag,
                Map.of(),
                "its user and password are not in the document: give --credentials FILE, or set them again");
    }

    /** For a person. */
    @Override
    public String toString() {
        String what = isNew() ? "new" : writes() ? "changed" : "same";
        return String.format("%-8s %s %s%s", what, type.singular(), id(), note.isEmpty() ? "" : "; " + note);
    }
}
