package io.segwatch.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory or disk space, written with a binary unit: 512B, 64KiB, 16MiB, 2GiB, 1TiB.
 *
 * @param bytes 0 or more
 */
public record MemorySize(long bytes) implements Comparable<MemorySize> {
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");
    private static final Pattern FORM = Pattern.compile("(\\d{1,7})\\s*(B|KiB|MiB|GiB|TiB)");

    /** @throws IllegalArgumentException when there are fewer than 0 bytes */
    public MemorySize {
        if (bytes < 0) {
            throw new IllegalArgumentException(bytes + " bytes are no size");
        }
    }

    /** @throws IllegalArgumentException when the text is no size, with an example of one */
    public static MemorySize parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no size; write for example 64KiB, 16MiB, 2GiB");
        }
        return new MemorySize(Long.parseLong(form.group(1)) << 10 * UNITS.indexOf(form.group(2)));
    }

    /** About so many bytes, for a person: 15.0 GiB. */
    public static String rounded(long bytes) {
        int unit = 0;
        double amount = bytes;
        while (amount >= 1024 && unit < UNITS.size() - 1) {
            amount /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", amount, UNITS.get(unit));
    }

    @Override
    public int compareTo(MemorySize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** In the largest unit that gives a whole number. */
    @Override
    public String toString() {
        int unit = bytes == 0 ? 0 : Math.min(Long.numberOfTrailingZeros(bytes) / 10, UNITS.size() - 1);
        return (bytes >> 10 * unit) + UNITS.get(unit);
    }
}
