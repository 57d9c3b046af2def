package io.segwatch.contracts;

import io.segwatch.v1.Alert;
import io.segwatch.v1.Mute;
import io.segwatch.v1.MutedSpan;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which alerts nobody is told of. What counts is when an alert opened: whoever was told that it opened is also told
 * that it closed, and nobody is told of the end of what they never heard of.
 */
public final class Muting {
    private static final LocalTime MORNING = LocalTime.of(7, 0);

    private Muting() {}

    public static String ofCamera(String camera) {
        return "camera/" + camera;
    }

    public static String ofRule(String rule) {
        return "rule/" + rule;
    }

    /** @param mutes finds a mute by its id */
    public static boolean isMuted(Alert alert, Function<String, Optional<Mute>> mutes) {
        long at = alert.getOpenedAtMs() > 0 ? alert.getOpenedAtMs() : alert.getAtMs();
        return isMuted(alert.getRule(), alert.getCamera(), at, mutes);
    }

    /**
     * As {@link #isMuted(Alert, Function)}.
     *
     * @param openedAtMs event time
     */
    public static boolean isMuted(String rule, String camera, long openedAtMs, Function<String, Optional<Mute>> mutes) {
        return Stream.of(ofCamera(camera), ofRule(rule))
                .flatMap(id -> mutes.apply(id).stream())
                .anyMatch(mute -> covers(mute, openedAtMs));
    }

    private static boolean covers(Mute mute, long atMs) {
        return Stream.concat(Stream.of(mute.getNow()), mute.getEarlierList().stream())
                .anyMatch(span -> span.getFromMs() <= atMs && (span.getUntilMs() == 0 || atMs < span.getUntilMs()));
    }

    public static boolean isRunning(Mute mute, long nowMs) {
        return mute.getNow().getUntilMs() == 0 || nowMs < mute.getNow().getUntilMs();
    }

    /** The mute from now on; one that runs goes on, until another moment. */
    public static Mute begin(Optional<Mute> old, String id, MutedSpan wanted) {
        if (old.isEmpty()) {
            return Mute.newBuilder().setId(id).setNow(wanted).build();
        }
        if (isRunning(old.get(), wanted.getFromMs())) {
            long since = old.get().getNow().getFromMs();
            return old.get().toBuilder()
                    .setNow(wanted.toBuilder().setFromMs(Math.min(since, wanted.getFromMs())))
                    .build();
        }
        List<MutedSpan> earlier = new ArrayList<>(old.get().getEarlierList());
        earlier.add(old.get().getNow());
        int over = Math.max(0, earlier.size() - Definitions.MAX_EARLIER_MUTES);
        return Mute.newBuilder()
                .setId(id)
                .setNow(wanted)
                .addAllEarlier(earlier.subList(over, earlier.size()))
                .build();
    }

    public static Mute end(Mute mute, long nowMs) {
        long until = Math.max(nowMs, mute.getNow().getFromMs());
        return mute.toBuilder()
                .setNow(mute.getNow().toBuilder().setUntilMs(until))
                .build();
    }

    /** The next 07:00 there. */
    public static long morning(long nowMs, ZoneId zone) {
        ZonedDateTime now = Instant.ofEpochMilli(nowMs).atZone(zone);
        ZonedDateTime morning = now.with(MORNING);
        return (morning.isAfter(now) ? morning : now.plusDays(1).with(MORNING))
                .toInstant()
                .toEpochMilli();
    }
}
