package io.segwatch.dashboard.audit;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.AuditEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** Finds what was noted, where Kafka still has it. Blocks for up to some seconds. Threadsafe. */
public final class AuditTrail {
    /**
     * What to find; an empty text is any.
     *
     * @param looks also who looked at what
     * @param limit of the newest
     */
    public record Filter(long fromMs, long toMs, String who, String camera, String action, boolean looks, int limit) {
        boolean takes(AuditEvent event) {
            return event.getAtMs() >= fromMs
                    && event.getAtMs() <= toMs
                    && (who.isEmpty() || who.equals(event.getWho()))
                    && (camera.isEmpty() || camera.equals(event.getCamera()))
                    && (action.isEmpty() || event.getAction().contains(action));
        }
    }

    /**
     * What was found.
     *
     * @param events the newest first
     * @param complete false when there was too much to be read in time; ask for a shorter span
     */
    public record Found(List<AuditEvent> events, boolean complete) {}

    private static final Duration POLL = Duration.ofMillis(100);
    private static final long LONGEST_NANOS = Duration.ofSeconds(8).toNanos();
    private static final Map<String, String> IN_BULK =
            Map.of("fetch.max.bytes", Integer.toString(8 << 20), "max.poll.records", "2000");

    private final Kafka kafka;

    public AuditTrail(Kafka kafka) {
        this.kafka = kafka;
    }

    public Found find(Filter filter) {
        PriorityQueue<AuditEvent> newest = new PriorityQueue<>(Comparator.comparingLong(AuditEvent::getAtMs));
        boolean complete;
        try (KafkaConsumer<String, byte[]> consumer = kafka.consumer("audit-trail", null, IN_BULK)) {
            List<TopicPartition> partitions = filter.looks()
                    ? Kafka.partitions(consumer, Topic.AUDIT, Topic.LOOKS)
                    : Kafka.partitions(consumer, Topic.AUDIT);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(partitions.stream()
                    .collect(Collectors.toMap(each -> each, each -> Math.max(0, filter.fromMs()))));
            consumer.assign(partitions);
            partitions.forEach(each -> consumer.seek(
                    each,
                    starts.get(each) == null ? ends.get(each) : starts.get(each).offset()));
            long until = System.nanoTime() + LONGEST_NANOS;
            while (isBefore(consumer, ends) && System.nanoTime() < until) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    add(record, filter, newest);
                }
            }
            complete = !isBefore(consumer, ends);
        }
        List<AuditEvent> events = new ArrayList<>(newest);
        events.sort(Comparator.comparingLong(AuditEvent::getAtMs).reversed());
        return new Found(events, complete);
    }

    private static boolean isBefore(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
    }

    private static void add(ConsumerRecord<String, byte[]> record, Filter filter, PriorityQueue<AuditEvent> newest) {
        try {
            AuditEvent event = Topic.AUDIT.parse(record.value());
            if (event != null && filter.takes(event)) {
                newest.add(event);
                if (newest.size() > filter.limit()) {
                    newest.remove();
                }
            }
        } catch (MalformedRecordException e) {
            // Somebody else's record; it says nothing that can be shown.
        }
    }
}
