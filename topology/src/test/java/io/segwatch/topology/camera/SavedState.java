package io.segwatch.topology.camera;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import java.io.UncheckedIOException;
import java.util.TreeMap;

/** Saved state in memory, for tests that stop and go on. */
final class SavedState implements CameraProcessor.StateWriter {
    /** Takes a part as it was written. */
    interface Loader {
        void load(String key, byte[] state) throws InvalidProtocolBufferException;
    }

    private final TreeMap<String, byte[]> parts = new TreeMap<>();

    @Override
    public void save(String key, MessageLite part) {
        if (part == null) {
            parts.remove(key);
        } else {
            parts.put(key, part.toByteArray());
        }
    }

    TreeMap<String, byte[]> parts() {
        return parts;
    }

    void loadInto(Loader loader) {
        parts.forEach((key, state) -> {
            try {
                loader.load(key, state);
            } catch (InvalidProtocolBufferException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    void clear() {
        parts.clear();
    }
}
