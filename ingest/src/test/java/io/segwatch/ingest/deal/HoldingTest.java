package io.segwatch.ingest.deal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HoldingTest {
    private static final CameraDeal.Member MEMBER = new CameraDeal.Member(32, true, true);

    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong epoch = new AtomicLong();
    private final AtomicInteger changes = new AtomicInteger();
    private final Holding holding = new Holding(Duration.ofNanos(10), epoch, changes::incrementAndGet, clock::get);

    private static BitSet slots(int... numbers) {
        BitSet slots = new BitSet();
        for (int number : numbers) {
            slots.set(number);
        }
        return slots;
    }

    private void grant(int generation, int... numbers) {
        holding.granted(new Grant(0, slots(numbers)), generation);
    }

    @Test
    void nothingIsHeldBeforeTheGroupHasAnswered() {
        grant(1, 5);
        assertThat(holding.has(5)).isFalse();
        holding.confirmed(0);
        assertThat(holding.has(5)).isTrue();
        assertThat(holding.has(6)).isFalse();
    }

    @Test
    void theLeaseCountsFromTheSendingAndIsOverForGood() {
        grant(1, 5);
        clock.set(8);
        holding.confirmed(3);
        clock.set(12);
        assertThat(holding.has(5)).isTrue();
        holding.confirmed(4);
        clock.set(14);
        int before = changes.get();
        assertThat(holding.has(5)).isFalse();
        assertThat(changes.get()).isEqualTo(before + 1);
        assertThat(holding.takeRejoin()).isTrue();
        // The group has taken something since, and may have given the slot to another.
        holding.confirmed(14);
        assertThat(holding.leased()).isTrue();
        assertThat(holding.has(5)).isFalse();
        assertThat(holding.claim(MEMBER).slots().isEmpty()).isTrue();
    }

    @Test
    void anAnswerThatCameTooLateGivesNoLease() {
        grant(1, 5);
        clock.set(20);
        holding.confirmed(5);
        assertThat(holding.has(5)).isFalse();
    }

    @Test
    void whatWasTakenAwayIsClaimedUntilItIsReleased() {
        grant(1, 5, 6);
        holding.confirmed(0);
        grant(2, 5);
        assertThat(holding.has(6)).isFalse();
        assertThat(holding.claim(MEMBER).slots()).isEqualTo(slots(5, 6));
        long version = holding.version();
        grant(3, 5);
        holding.released(version);
        assertThat(holding.claim(MEMBER).slots()).isEqualTo(slots(5, 6));
        holding.released(holding.version());
        assertThat(holding.claim(MEMBER).slots()).isEqualTo(slots(5));
        assertThat(holding.takeRejoin()).isTrue();
        assertThat(holding.takeRejoin()).isFalse();
    }

    @Test
    void whatIsNotClaimedIsNotGrabbedAfterwards() {
        grant(1, 5);
        assertThat(holding.claim(MEMBER).slots().isEmpty()).isTrue();
        holding.confirmed(0);
        assertThat(holding.has(5)).isFalse();
    }

    @Test
    void whoIsExpelledHoldsNothing() {
        grant(1, 5);
        holding.confirmed(0);
        holding.expelled();
        assertThat(holding.has(5)).isFalse();
        assertThat(holding.claim(MEMBER).slots().isEmpty()).isTrue();
    }

    @Test
    void epochsGoOnFromTheNewestOfTheGroup() {
        epoch.set(7);
        holding.granted(new Grant(9, slots(5)), 1);
        assertThat(epoch.get()).isEqualTo(9);
        holding.granted(new Grant(8, slots(5)), 2);
        assertThat(holding.claim(MEMBER).epoch()).isEqualTo(9);
    }
}
