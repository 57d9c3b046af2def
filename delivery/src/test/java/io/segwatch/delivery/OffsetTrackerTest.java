package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class OffsetTrackerTest {
    @Test
    void whatIsDoneBeyondAGapIsNotTakenUpAgainAfterARestart() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            OffsetAndMetadata committed = new OffsetAndMetadata(1_000 + round);
            TreeSet<Long> open = new TreeSet<>();
            for (long offset = committed.offset(); offset < committed.offset() + 300; offset++) {
                open.add(offset);
            }
            // Three lives, each of which reads some of the partition and is stopped.
            for (int life = 0; life < 3; life++) {
                OffsetTracker tracker = new OffsetTracker(committed);
                long end = Math.min(1_300 + round, committed.offset() + random.nextInt(300));
                for (long offset = committed.offset(); offset < end; offset++) {
                    assertThat(tracker.begin(offset)).isEqualTo(open.contains(offset));
                }
                List<Long> begun = new ArrayList<>(open.headSet(Math.max(end, committed.offset())));
                for (long offset : begun) {
                    if (random.nextInt(3) > 0) {
                        tracker.acknowledge(offset);
                        open.remove(offset);
                    }
                }
                committed = tracker.committable();
                assertThat(committed.offset()).isLessThanOrEqualTo(open.isEmpty() ? end : open.first());
            }
        }
    }

    @Test
    void nothingThatIsOpenIsEverCommitted() {
        OffsetTracker tracker = new OffsetTracker(new OffsetAndMetadata(5));
        tracker.begin(5);
        tracker.begin(9);
        tracker.readTo(12);
        tracker.acknowledge(9);
        assertThat(tracker.committable().offset()).isEqualTo(5);
        tracker.acknowledge(5);
        assertThat(tracker.committable()).isEqualTo(new OffsetAndMetadata(12, ""));
    }

    @Test
    void eachChangeIsCommittedOnceUnlessTheCommitFails() {
        OffsetTracker tracker = new OffsetTracker(new OffsetAndMetadata(5));
        assertThat(tracker.uncommitted()).isNull();
        tracker.begin(5);
        tracker.acknowledge(5);
        assertThat(tracker.uncommitted()).isEqualTo(new OffsetAndMetadata(6, ""));
        assertThat(tracker.uncommitted()).isNull();
        tracker.markUncommitted();
        assertThat(tracker.uncommitted()).isEqualTo(new OffsetAndMetadata(6, ""));
    }

    @Test
    void metadataThatDoesNotFitHoldsFewerAcknowledgedRecords() {
        OffsetTracker tracker = new OffsetTracker(new OffsetAndMetadata(0));
        for (long offset = 0; offset < 10_000; offset++) {
            tracker.begin(offset);
        }
        for (long offset = 1; offset < 10_000; offset += 2) {
            tracker.acknowledge(offset);
        }
        OffsetAndMetadata committed = tracker.committable();
        assertThat(committed.metadata()).hasSizeBetween(3_000, 4_096);

        OffsetTracker later = new OffsetTracker(committed);
        assertThat(later.begin(0)).isTrue();
        assertThat(later.begin(1)).isFalse();
        assertThat(later.begin(9_999)).isTrue();
    }

    @Test
    void foreignMetadataMeansThatNothingIsDone() {
        for (String metadata : List.of("hello", "0 zzzzzzzzzz", "-1 5", "0 zzzzz zzzzz zzzzz zzzzz")) {
            assertThat(new OffsetTracker(new OffsetAndMetadata(3, metadata)).begin(3))
                    .as(metadata)
                    .isTrue();
        }
    }
}
