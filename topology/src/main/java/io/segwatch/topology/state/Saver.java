package io.segwatch.topology.state;

import java.io.DataOutput;
import java.io.IOException;

/** Where state goes, part by part, so that only what has changed is written. */
public interface Saver {
    /** A part that can write itself. */
    interface Part {
        void write(DataOutput out) throws IOException;
    }

    /** Keeps a part under its key, in place of the one before; null drops it. */
    void save(String key, Part part);

    /** The same place, with every key behind {@code prefix}. */
    default Saver under(String prefix) {
        return (key, part) -> save(prefix + key, part);
    }
}
