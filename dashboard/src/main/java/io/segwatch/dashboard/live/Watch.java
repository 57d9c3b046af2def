package io.segwatch.dashboard.live;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a page wants of one camera.
 *
 * @param width of its pictures, pixels: a step of {@link PictureSize} or larger than all; 0 for the frames as they are
 * @param fps pictures a second at most; 0 for none, infinite for all
 * @param facts whether areas and answers to prompts are wanted, too
 */
record Watch(String camera, int width, double fps, boolean facts) {
    static final int MAX_CAMERAS = 36;
    private static final int MAX_ID = 63;
    private static final int MAX_WIDTH = 8_192;
    private static final double MAX_FPS = 120;
    private static final Set<String> FIELDS = Set.of("id", "width", "fps", "facts");

    /** All of a camera, as a page that shows just one wants it. */
    static Watch all(String camera) {
        return new Watch(camera, 0, Double.POSITIVE_INFINITY, true);
    }

    /**
     * Reads {@code [{"id":"door","width":320,"fps":4,"facts":true}]}; all but the id may be missing.
     *
     * @return by camera
     * @throws IllegalArgumentException what is wrong, in a few words that repeat nothing of the input
     */
    static Map<String, Watch> read(JsonArray cameras) {
        if (cameras.size() > MAX_CAMERAS) {
            throw new IllegalArgumentException("watch: at most " + MAX_CAMERAS + " cameras");
        }
        Map<String, Watch> watches = new LinkedHashMap<>();
        for (Object one : cameras) {
            if (!(one instanceof JsonObject camera) || !FIELDS.containsAll(camera.fieldNames())) {
                throw new IllegalArgumentException("watch: each has id, and may have width, fps, facts");
            }
            Watch watch = read(camera);
            if (watches.put(watch.camera, watch) != null) {
                throw new IllegalArgumentException("watch: a camera is named twice");
            }
        }
        return watches;
    }

    private static Watch read(JsonObject camera) {
        String id = camera.getValue("id") instanceof String text ? text : "";
        if (id.isEmpty() || id.length() > MAX_ID) {
            throw new IllegalArgumentException("id: must be a camera's");
        }
        double width = number(camera, "width", 0, MAX_WIDTH);
        double fps = number(camera, "fps", Double.POSITIVE_INFINITY, MAX_FPS);
        Object facts = camera.getValue("facts", false);
        if (!(facts instanceof Boolean wanted)) {
            throw new IllegalArgumentException("facts: must be true or false");
        }
        return new Watch(id, PictureSize.stepOf((int) width), fps, wanted);
    }

    private static double number(JsonObject camera, String field, double missing, double most) {
        Object value = camera.getValue(field);
        if (value == null) {
            return missing;
        }
        if (!(value instanceof Number number) || !(number.doubleValue() >= 0 && number.doubleValue() <= most)) {
            throw new IllegalArgumentException(field + ": must be 0 to " + (int) most);
        }
        return number.doubleValue();
    }
}
