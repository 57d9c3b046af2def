package io.segwatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecordLagTest {
    private long now = 1_000_000;
    private final RecordLag lag = new RecordLag(Duration.ofSeconds(4), () -> now);

    @Test
    void oneLateRecordIsNoLag() {
        done(30_000);
        done(100);
        assertThat(lag.behind()).isEmpty();
    }

    @Test
    void whoIsLateForTenSecondsIsBehindUntilHalfOfItIsMadeUp() {
        for (int i = 0; i < 12; i++) {
            done(5_000);
        }
        assertThat(lag.behind()).get().asString().startsWith("It is 5 s behind, more than 4 s");
        done(3_900);
        assertThat(lag.behind()).isPresent();
        done(1_900);
        assertThat(lag.behind()).isEmpty();
        done(3_900);
        assertThat(lag.behind()).isEmpty();
    }

    @Test
    void whoHasNothingLeftToDoIsNotBehind() {
        for (int i = 0; i < 12; i++) {
            done(5_000);
        }
        now += 61_000;
        assertThat(lag.behind()).isEmpty();
    }

    @Test
    void whoHangsOnOneRecordIsBehind() {
        lag.begin();
        now += 15_000;
        assertThat(lag.behind()).get().asString().contains("busy with one record for 15 s");
        lag.done(now);
        assertThat(lag.behind()).isEmpty();
    }

    private void done(long ageMs) {
        now += 1_000;
        lag.begin();
        lag.done(now - ageMs);
    }
}
