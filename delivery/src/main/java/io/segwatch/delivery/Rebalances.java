package io.segwatch.delivery;

import io.segwatch.v1.Webhook;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an {@link OffsetTracker} for each partition that is assigned to this process. For the consumer's thread;
 * {@link #trackers} is threadsafe.
 */
final class Rebalances implements ConsumerRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(Rebalances.class);

    private final KafkaConsumer<?, ?> consumer;
    private final Webhook webhook;
    private final DeliveryQueues queues;
    private final Replays replays;
    private final Map<TopicPartition, OffsetTracker> trackers = new ConcurrentHashMap<>();

    Rebalances(KafkaConsumer<?, ?> consumer, Webhook webhook, DeliveryQueues queues, Replays replays) {
        this.consumer = consumer;
        this.webhook = webhook;
        this.queues = queues;
        this.replays = replays;
    }

    Map<TopicPartition, OffsetTracker> trackers() {
        return trackers;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        track(Set.copyOf(partitions));
    }

    /** Tracks partitions for which Kafka did not answer when they were assigned. */
    void trackMissing() {
        Set<TopicPartition> missing = new HashSet<>(consumer.assignment());
        missing.removeAll(trackers.keySet());
        if (!missing.isEmpty()) {
            track(missing);
        }
    }

    private void track(Set<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(consumer.committed(partitions));
        committed.values().removeIf(offset -> offset == null);
        Set<TopicPartition> fresh = new HashSet<>(partitions);
        fresh.removeAll(committed.keySet());
        if (!fresh.isEmpty()) {
            Map<TopicPartition, OffsetAndMetadata> starts = starts(fresh);
            commitStarts(starts);
            starts.forEach((partition, start) -> consumer.seek(partition, start.offset()));
            committed.putAll(starts);
        }
        committed.forEach((partition, start) -> {
            OffsetTracker tracker = new OffsetTracker(start);
            if (fresh.contains(partition)) {
                tracker.markUncommitted();
            }
            trackers.put(partition, tracker);
        });
    }

    /** Committed at once, so that a later start finds the same offsets whatever has come since. */
    private void commitStarts(Map<TopicPartition, OffsetAndMetadata> starts) {
        try {
            consumer.commitSync(starts);
        } catch (RebalanceInProgressException | CommitFailedException e) {
            // Another process joins or leaves at this moment. The trackers' next commit holds these offsets too.
            log.debug("Webhook {}: the first commit failed: {}", webhook.getId(), e.toString());
        }
    }

    /** The first records since the webhook was created. */
    private Map<TopicPartition, OffsetAndMetadata> starts(Set<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
        consumer.endOffsets(partitions).forEach((partition, end) -> starts.put(partition, new OffsetAndMetadata(end)));
        consumer.offsetsForTimes(partitions.stream()
                        .collect(Collectors.toMap(partition -> partition, partition -> webhook.getCreatedAtMs())))
                .forEach((partition, found) -> {
                    if (found != null) {
                        starts.put(partition, new OffsetAndMetadata(found.offset()));
                    }
                });
        return starts;
    }

    /** Commits what has been acknowledged; the process that follows posts the rest. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetTracker> leaving = new HashMap<>(trackers);
        leaving.keySet().retainAll(Set.copyOf(partitions));
        if (leaving.isEmpty()) {
            return;
        }
        leaving.values().forEach(OffsetTracker::revoke);
        queues.awaitInFlight(Delivery::isRevoked);
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        leaving.forEach((partition, tracker) -> offsets.put(partition, tracker.committable()));
        try {
            commit(offsets);
        } catch (KafkaException e) {
            log.warn("Webhook {}: alerts may be posted twice, for a commit failed: {}", webhook.getId(), e.toString());
        } finally {
            onPartitionsLost(partitions);
        }
    }

    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        try {
            consumer.commitSync(offsets);
        } catch (WakeupException e) {
            // It means that the consumer is to end, and this commit is part of its end.
            consumer.commitSync(offsets);
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            OffsetTracker lost = trackers.remove(partition);
            if (lost != null) {
                lost.revoke();
            }
        }
        replays.closeRevoked();
    }
}
