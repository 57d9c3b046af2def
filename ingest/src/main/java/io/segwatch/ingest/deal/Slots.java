package io.segwatch.ingest.deal;

import io.segwatch.v1.Camera;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Where cameras fall, the same in every process and version. Each kind of source has slots of its own, because not
 * every machine has its files or devices.
 */
final class Slots {
    /** More than cameras that one Kafka is good for, so that a slot mostly has one camera at most. */
    static final int OF_A_KIND = 4_096;

    enum Kind {
        NETWORK,
        FILE,
        DEVICE
    }

    static final int ALL = OF_A_KIND * Kind.values().length;

    private Slots() {}

    static int of(Camera camera, String id) {
        String url = camera.getUrl();
        Kind kind = url.startsWith("file:") ? Kind.FILE : url.startsWith("v4l2:") ? Kind.DEVICE : Kind.NETWORK;
        CRC32 hash = new CRC32();
        hash.update(id.getBytes(StandardCharsets.UTF_8));
        return kind.ordinal() * OF_A_KIND + (int) (hash.getValue() % OF_A_KIND);
    }

    static Kind kind(int slot) {
        return Kind.values()[slot / OF_A_KIND];
    }
}
