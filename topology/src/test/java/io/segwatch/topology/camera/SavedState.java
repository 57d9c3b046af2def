package io.segwatch.topology.camera;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.TreeMap;

/** SavedState state in memory, for tests that stop and go on. */
public final class SavedState implements CameraProcessor.StateWriter {
    /** Takes a part as it was written. */
    public interface Loader {
        void load(String key, DataInput in) throws IOException;
    }

    private final TreeMap<String, byte[]> parts = new TreeMap<>();

    @Override
    public void save(String key, Part part) {
        if (part == null) {
            parts.remove(key);
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            part.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        parts.put(key, bytes.toByteArray());
    }

    public void loadInto(Loader loader) {
        parts.forEach((key, bytes) -> {
            try {
                loader.load(key, new DataInputStream(new ByteArrayInputStream(bytes)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    public boolean isEmpty() {
        return parts.isEmpty();
    }

    public void clear() {
        parts.clear();
    }
}
