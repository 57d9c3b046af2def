package io.segwatch.config;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Durations and sizes. */
public final class ConfigValueFuzz {
    private ConfigValueFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            Duration duration = Configuration.duration(text);
            if (!Configuration.duration(Configuration.text(duration)).equals(duration)) {
                throw new AssertionError(text + " is " + Configuration.text(duration) + " when it is read again");
            }
        } catch (IllegalArgumentException e) {
            // It is no duration.
        }
        try {
            MemorySize size = MemorySize.parse(text);
            if (!MemorySize.parse(size.toString()).equals(size)) {
                throw new AssertionError(text + " is " + size + " when it is read again");
            }
        } catch (IllegalArgumentException e) {
            // It is no size.
        }
    }
}
