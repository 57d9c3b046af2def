package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.config.Configuration;
import io.segwatch.ingest.GrabException.Retry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryPauseTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RetryPause pause = new RetryPause(
            Configuration.of(Map.of("segwatch.ingest.retry-first", "500ms", "segwatch.ingest.retry-most", "3s"))
                    .get(IngestConfig.class));

    @Test
    void asksACameraThatHasNeverAnsweredLaterEachTimeUpToTheCap() {
        for (long longest : new long[] {500, 1_000, 2_000, 3_000, 3_000}) {
            assertThat(pause.after(Retry.SOON, 0)).isBetween(longest / 2, longest);
        }
    }

    @Test
    void asksACameraThatWasThereAMomentAgoAtTheShortestPaceUntilItIsBack() {
        pause.picture(0);
        pause.picture(5 * SECOND);
        for (long second = 6; second < 120; second++) {
            assertThat(pause.after(Retry.SOON, second * SECOND)).isBetween(250L, 500L);
        }
    }

    @Test
    void asksACameraLessOftenOnceItIsAwayForGood() {
        pause.picture(0);
        assertThat(pause.after(Retry.SOON, 3 * SECOND)).isBetween(250L, 500L);
        assertThat(pause.after(Retry.SOON, 130 * SECOND)).isBetween(500L, 1_000L);
        assertThat(pause.after(Retry.SOON, 131 * SECOND)).isBetween(1_000L, 2_000L);
        assertThat(pause.after(Retry.SOON, 132 * SECOND)).isBetween(1_500L, 3_000L);
    }

    @Test
    void doesNotTireACameraWithALoginThatItRefuses() {
        pause.picture(0);
        pause.after(Retry.SOON, 5 * SECOND);
        assertThat(pause.after(Retry.LATER, 6 * SECOND)).isBetween(500L, 1_000L);
        assertThat(pause.after(Retry.LATER, 7 * SECOND)).isBetween(1_000L, 2_000L);
    }

    @Test
    void asksACameraLaterEachTimeWhoseConnectionsBreakAtOnce() {
        for (long longest : new long[] {500, 1_000, 2_000, 3_000, 3_000}) {
            pause.picture(0);
            assertThat(pause.after(Retry.SOON, SECOND)).isBetween(longest / 2, longest);
        }
    }

    @Test
    void asksSoonAgainAfterAConnectionThatLasted() {
        for (int i = 0; i < 5; i++) {
            pause.after(Retry.SOON, 0);
        }
        pause.picture(0);
        assertThat(pause.after(Retry.SOON, 3 * SECOND)).isBetween(250L, 500L);
    }

    @Test
    void asksRarelyWhereTheAttemptItselfIsCostly() {
        pause.picture(0);
        assertThat(pause.after(Retry.RARELY, 5 * SECOND)).isEqualTo(3_000);
    }
}
