package io.segwatch.launcher;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time as a person writes it: {@code now}, {@code -24h}, {@code 2026-11-27}, {@code 2026-11-27 22:00}. */
final class PastTime {
    private static final Pattern AGO = Pattern.compile("-(\\d{1,6})\\s*([smhdw])");

    private PastTime() {}

    /**
     * Times without a zone are this machine's.
     *
     * @param option that it was given with, for the message
     * @throws IllegalArgumentException when it cannot be read, with examples
     */
    static Instant parse(String option, String text, Instant now) {
        String given = text.strip();
        if (given.equals("now")) {
            return now;
        }
        Matcher ago = AGO.matcher(given);
        if (ago.matches()) {
            return now.minus(unit(ago.group(2)).multipliedBy(Long.parseLong(ago.group(1))));
        }
        try {
            if (given.length() == "2026-11-27".length()) {
                return LocalDate.parse(given)
                        .atStartOfDay(ZoneId.systemDefault())
                        .toInstant();
            }
            String iso = given.replace(' ', 'T');
            return iso.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    option + " " + text + " is not understood; write for example -24h, 2026-11-27, \"2026-11-27 22:00\""
                            + " or 2026-11-27T22:00:00Z",
                    e);
        }
    }

    private static Duration unit(String letter) {
        return switch (letter) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            default -> Duration.ofDays(7);
        };
    }
}
