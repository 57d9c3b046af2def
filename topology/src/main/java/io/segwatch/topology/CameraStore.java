package io.segwatch.topology;

import io.segwatch.topology.camera.CameraProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Where the parts of the cameras' states lie in a store: under the camera, a line feed and the part's name. */
final class CameraStore {
    /** No camera's id has it. */
    private static final char SEPARATOR = '\n';

    private CameraStore() {}

    static Set<String> cameras(ReadOnlyKeyValueStore<String, byte[]> store) {
        Set<String> cameras = new TreeSet<>();
        try (KeyValueIterator<String, byte[]> parts = store.all()) {
            parts.forEachRemaining(part -> cameras.add(part.key.substring(0, part.key.indexOf(SEPARATOR))));
        }
        return cameras;
    }

    /**
     * Loads what the store has of a camera.
     *
     * @return false when it has nothing
     * @throws UnreadableStateException when a newer version wrote it, or it cannot be read
     */
    static boolean load(ReadOnlyKeyValueStore<String, byte[]> store, String camera, CameraProcessor processor) {
        String prefix = camera + SEPARATOR;
        TreeMap<String, byte[]> parts = new TreeMap<>();
        try (KeyValueIterator<String, byte[]> all = store.prefixScan(prefix, new StringSerializer())) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> part = all.next();
                parts.put(part.key.substring(prefix.length()), part.value);
            }
        }
        if (parts.isEmpty()) {
            return false;
        }
        try {
            processor.load(parts);
            return true;
        } catch (IllegalStateException e) {
            throw new UnreadableStateException(e.getMessage(), e);
        }
    }

    /** Drops whatever is left of a camera. */
    static void erase(KeyValueStore<String, byte[]> store, String camera) {
        List<String> parts = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = store.prefixScan(camera + SEPARATOR, new StringSerializer())) {
            all.forEachRemaining(part -> parts.add(part.key));
        }
        parts.forEach(store::delete);
    }

    static CameraProcessor.StateWriter writer(KeyValueStore<String, byte[]> store, String camera) {
        // Without a value it deletes, and reads nothing first as delete does.
        return (key, part) -> store.put(camera + SEPARATOR + key, part == null ? null : part.toByteArray());
    }
}
