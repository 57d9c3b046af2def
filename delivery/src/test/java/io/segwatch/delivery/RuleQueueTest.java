package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Alert;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RuleQueueTest {
    private static final TopicPartition PARTITION = new TopicPartition("alerts", 0);

    private final OffsetTracker tracker = new OffsetTracker(new OffsetAndMetadata(0));
    private final RuleQueue queue = new RuleQueue("/desk");

    @Test
    void onlyAsManyAlertsAsFitAreKeptAndTheOthersAreReadWhenHalfAreGone() {
        addLive(0, 200);
        assertThat(queue.nextToRead()).isEmpty();

        assertThat(removeFirst(RuleQueue.IN_MEMORY / 2)).isEqualTo(offsets(0, 32));
        assertThat(queue.nextToRead()).extracting(RecordRef::offset).isEqualTo(offsets(64, 96));
    }

    @Test
    void everyAlertComesOnceAndInOrderHoweverTheReadsFallBetween() {
        addLive(0, 100);
        List<Long> order = new ArrayList<>(removeFirst(40));
        List<RecordRef> wanted = queue.nextToRead();
        addLive(100, 150);
        order.addAll(removeFirst(10));
        assertThat(queue.nextToRead()).as("while the first read is under way").isEmpty();
        queue.addRead(wanted.stream().map(this::live).toList());
        while (!queue.isEmpty()) {
            queue.addRead(queue.nextToRead().stream().map(this::live).toList());
            order.addAll(removeFirst(1));
        }
        assertThat(order).isEqualTo(offsets(0, 150));
    }

    @Test
    void alertsOfARevokedPartitionAreNeitherPostedNorRead() {
        addLive(0, 100);
        tracker.revoke();

        assertThat(queue.first()).isNull();
        assertThat(queue.nextToRead()).isEmpty();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void aReplaysAlertsStayInMemoryForTheyHaveNoOffsetToReadAgain() {
        for (int i = 0; i < 200; i++) {
            queue.add(new Delivery(Alert.getDefaultInstance(), null, "again", null, () -> {}));
        }
        for (int i = 0; i < 200; i++) {
            queue.remove(queue.first());
        }
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void failuresCountForOneAlert() {
        addLive(0, 2);
        queue.first();
        queue.failures = 3;
        queue.first();
        assertThat(queue.failures).isEqualTo(3);
        queue.remove(queue.first());
        queue.first();
        assertThat(queue.failures).isZero();
    }

    private void addLive(long from, long to) {
        for (long offset = from; offset < to; offset++) {
            queue.add(live(new RecordRef(PARTITION, offset, tracker)));
        }
    }

    private Delivery live(RecordRef ref) {
        ConsumerRecord<String, byte[]> record =
                new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), ref.offset(), "door", new byte[0]);
        return Delivery.live(Alert.getDefaultInstance(), record, ref);
    }

    private List<Long> removeFirst(int count) {
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Delivery first = queue.first();
            offsets.add(first.ref().offset());
            queue.remove(first);
        }
        return offsets;
    }

    private static List<Long> offsets(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }
}
