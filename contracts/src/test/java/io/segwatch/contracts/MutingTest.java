package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Alert;
import io.segwatch.v1.Mute;
import io.segwatch.v1.MutedSpan;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MutingTest {
    private static MutedSpan span(long from, long until) {
        return MutedSpan.newBuilder()
                .setFromMs(from)
                .setUntilMs(until)
                .setBy("anna")
                .build();
    }

    private static boolean muted(Mute mute, long openedAtMs) {
        Alert alert = Alert.newBuilder()
                .setRule("crowd")
                .setCamera("door")
                .setOpenedAtMs(openedAtMs)
                .build();
        return Muting.isMuted(
                alert, id -> Optional.ofNullable(Map.of(mute.getId(), mute).get(id)));
    }

    @Test
    void whatCountsIsWhenAnAlertOpened() {
        for (String id : new String[] {"rule/crowd", "camera/door"}) {
            Mute hour = Muting.begin(Optional.empty(), id, span(1_000, 2_000));
            assertThat(muted(hour, 999)).isFalse();
            assertThat(muted(hour, 1_000)).isTrue();
            assertThat(muted(hour, 1_999)).isTrue();
            assertThat(muted(hour, 2_000)).isFalse();
            assertThat(Definitions.check(hour)).isEmpty();
        }
        assertThat(muted(Muting.begin(Optional.empty(), "camera/gate", span(1_000, 0)), 1_500))
                .isFalse();
        assertThat(muted(Muting.begin(Optional.empty(), "rule/crowd", span(1_000, 0)), Long.MAX_VALUE))
                .isTrue();
    }

    @Test
    void aMuteThatRunsGoesOnAndOneThatIsOverIsKept() {
        Mute first = Muting.begin(Optional.empty(), "rule/crowd", span(1_000, 2_000));
        Mute longer = Muting.begin(Optional.of(first), "rule/crowd", span(1_500, 5_000));
        assertThat(longer.getEarlierCount()).isZero();
        assertThat(muted(longer, 1_200)).isTrue();
        assertThat(muted(longer, 4_000)).isTrue();

        Mute ended = Muting.end(longer, 3_000);
        assertThat(Muting.isRunning(ended, 3_000)).isFalse();
        assertThat(muted(ended, 3_500)).isFalse();
        Mute again = Muting.begin(Optional.of(ended), "rule/crowd", span(9_000, 0));
        assertThat(muted(again, 2_000)).isTrue();
        assertThat(muted(again, 5_000)).isFalse();
        assertThat(muted(again, 9_000)).isTrue();
        for (int i = 0; i < 50; i++) {
            again = Muting.begin(
                    Optional.of(Muting.end(again, 10_000 + i * 10)), "rule/crowd", span(10_005 + i * 10, 0));
        }
        assertThat(again.getEarlierCount()).isEqualTo(Definitions.MAX_EARLIER_MUTES);
        assertThat(Definitions.check(again)).isEmpty();
    }

    @Test
    void morningIsTheNextSevenOClockThere() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        // A quarter past midnight, and eight, where the clock goes forward in between.
        assertThat(Muting.morning(Instant.parse("2026-03-28T23:15:00Z").toEpochMilli(), berlin))
                .isEqualTo(Instant.parse("2026-03-29T05:00:00Z").toEpochMilli());
        assertThat(Muting.morning(Instant.parse("2026-03-29T06:00:00Z").toEpochMilli(), berlin))
                .isEqualTo(Instant.parse("2026-03-30T05:00:00Z").toEpochMilli());
    }

    @Test
    void aMuteOfNothingIsRefused() {
        for (String id : new String[] {"", "door", "query/person", "rule/", "camera/../x", "rule/a/b"}) {
            assertThat(Definitions.check(Muting.begin(Optional.empty(), id, span(1_000, 0))))
                    .as(id)
                    .isNotEmpty();
        }
        assertThat(Definitions.check(Muting.begin(Optional.empty(), "rule/drift:person", span(1_000, 0))))
                .isEmpty();
        assertThat(Definitions.check(Muting.begin(Optional.empty(), "rule/crowd", span(1_000, 500))))
                .isNotEmpty();
    }
}
