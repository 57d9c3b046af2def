package io.segwatch.topology.camera;

import com.google.protobuf.MessageLite;
import io.segwatch.topology.state.CameraState.Version;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** The version of a camera's saved state, and the way from an older one to the one that is written now. */
final class StateFormat {
    static final String VERSION_PART = "version";
    static final int VERSION = 2;

    private StateFormat() {}

    static Version current() {
        return Version.newBuilder().setVersion(VERSION).build();
    }

    /**
     * The parts that an older version wrote, as this one writes them; empty when they are of this version.
     *
     * @throws IOException when a newer version wrote them, or when they cannot be read
     */
    static Map<String, MessageLite> upgrade(Map<String, byte[]> parts) throws IOException {
        byte[] named = parts.get(VERSION_PART);
        int version = named == null ? 1 : Version.parseFrom(named).getVersion();
        if (version > VERSION) {
            throw new IOException("its version is " + version + ", and this Segwatch reads versions up to " + VERSION
                    + "; run the Segwatch that wrote it, or a later one");
        }
        Map<String, MessageLite> upgraded = new TreeMap<>();
        if (version == 1) {
            for (Map.Entry<String, byte[]> part : parts.entrySet()) {
                upgraded.put(part.getKey(), StateVersion1.upgrade(part.getKey(), part.getValue()));
            }
        }
        return upgraded;
    }
}
