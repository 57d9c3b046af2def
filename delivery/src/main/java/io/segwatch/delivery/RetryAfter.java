package io.segwatch.delivery;

import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** When a receiver may be asked again: the header of RFC 9110, section 10.2.3, seconds or a date; or Discord's own. */
final class RetryAfter {
    /** A receiver that asks for more is asked again after this. */
    static final long MOST_MS = Duration.ofHours(1).toMillis();

    private RetryAfter() {}

    /** By the header of this name, else, of an answer 429, by how long Discord's rate limit still runs. */
    static long of(MultiMap headers, Instant now) {
        long standard = parse(headers.get("Retry-After"), now);
        return standard > 0 ? standard : parse(headers.get("X-RateLimit-Reset-After"), now);
    }

    /** Milliseconds from {@code now}, 0 to {@link #MOST_MS}; 0 for a header that is absent or makes no sense. */
    static long parse(String header, Instant now) {
        if (header == null) {
            return 0;
        }
        String text = header.strip();
        if (text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
            return Math.min(MOST_MS, (long) Math.ceil(Double.parseDouble(text) * 1_000));
        }
        try {
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            // A date may lie so far away that no number of milliseconds tells it.
            if (until.isBefore(now)) {
                return 0;
            }
            return until.isAfter(now.plusMillis(MOST_MS))
                    ? MOST_MS
                    : Duration.between(now, until).toMillis();
        } catch (DateTimeException e) {
            return 0;
        }
    }
}
