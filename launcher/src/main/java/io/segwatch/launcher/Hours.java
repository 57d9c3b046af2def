package io.segwatch.launcher;

import io.segwatch.v1.Interval;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hours of the week as a person writes them: {@code 22:00-06:00}, {@code Mon-Fri 08:00-18:00}, {@code Sat,Sun
 * 00:00-24:00}.
 */
final class Hours {
    private static final Pattern TEXT =
            Pattern.compile("(?:([A-Za-z,-]+)\\s+)?(\\d{1,2}):(\\d\\d)\\s*-\\s*(\\d{1,2}):(\\d\\d)");
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    private Hours() {}

    /** An interval of a rule's schedule. */
    static Interval parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw unknown(text);
        }
        Interval.Builder interval = Interval.newBuilder()
                .setStartMinute(minute(matcher.group(2), matcher.group(3)))
                .setEndMinute(minute(matcher.group(4), matcher.group(5)));
        if (matcher.group(1) != null) {
            for (String part : matcher.group(1).split(",")) {
                addDays(interval, part, text);
            }
        }
        return interval.build();
    }

    private static void addDays(Interval.Builder interval, String part, String text) {
        String[] ends = part.split("-", -1);
        int first = day(ends[0], text);
        int last = ends.length == 1 ? first : day(ends[ends.length - 1], text);
        // Fri-Mon goes on past Sunday.
        for (int day = first; ; day = (day + 1) % DAYS.size()) {
            interval.addDays(day + 1);
            if (day == last) {
                return;
            }
        }
    }

    private static int day(String name, String text) {
        int day = DAYS.indexOf(name.toLowerCase(Locale.ROOT));
        if (day < 0) {
            throw unknown(text);
        }
        return day;
    }

    private static int minute(String hours, String minutes) {
        return Integer.parseInt(hours) * 60 + Integer.parseInt(minutes);
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException(
                "--hours " + text + " is not understood; write for example 22:00-06:00 or Mon-Fri 08:00-18:00");
    }
}
