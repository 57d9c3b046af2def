package io.segwatch.delivery;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ConsumerLag;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the alerts of one webhook's consumer group into its queues, and commits what they have acknowledged. Each
 * webhook has a group of its own; processes share a group's partitions.
 */
final class AlertConsumer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AlertConsumer.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MAX_ALERT_BYTES = 64 << 10;
    /**
     * The classic protocol lets the consumer set after how long the partitions of a process that died go to another
     * one; with the new protocol the broker does, 45 s by default.
     */
    private static final Map<String, String> GROUP_SETTINGS = Map.of(
            "group.protocol",
            "classic",
            "partition.assignment.strategy",
            CooperativeStickyAssignor.class.getName(),
            "session.timeout.ms",
            "10000",
            "heartbeat.interval.ms",
            "2000",
            "auto.offset.reset",
            "earliest",
            "max.poll.records",
            "500");

    private final Webhook webhook;
    private final DeliveryConfig config;
    private final DeadLetters deadLetters;
    private final DeliveryQueues queues;
    private final StatusTracker status;
    private final WebhookFilter filter;
    private final AlertTables tables;
    private final KafkaConsumer<String, byte[]> consumer;
    private final ConsumerLag lag;
    private final SpillReader spill;
    private final Replays replays;
    private final Rebalances rebalances;
    private final ConsumerThread thread;

    /** Starts at once. */
    AlertConsumer(
            Kafka kafka,
            Webhook webhook,
            DeliveryConfig config,
            DeadLetters deadLetters,
            DeliveryQueues queues,
            StatusTracker status,
            AlertTables tables) {
        this.webhook = webhook;
        this.config = config;
        this.deadLetters = deadLetters;
        this.queues = queues;
        this.status = status;
        this.filter = WebhookFilter.of(webhook);
        String clientId = "delivery-" + webhook.getId();
        // A webhook that is removed and defined again under its old id is another one.
        String group = "segwatch-delivery-" + webhook.getId() + "-" + webhook.getCreatedAtMs();
        this.consumer = kafka.consumer(clientId, group, GROUP_SETTINGS);
        this.spill =
                new SpillReader(kafka.consumer(clientId + "-spill", null, Map.of("auto.offset.reset", "earliest")));
        this.replays = new Replays(kafka, webhook, deadLetters, queues, tables);
        this.tables = tables;
        this.rebalances = new Rebalances(consumer, webhook, queues, replays);
        this.lag = ConsumerLag.show("delivery", consumer::metrics);
        this.thread = new ConsumerThread("webhook-" + webhook.getId(), consumer, new ConsumerLoop()).start();
    }

    /** Why alerts or a replay are no longer read; empty while they are. */
    Optional<Throwable> failure() {
        return thread.failure().or(replays::failure);
    }

    /** Commits before it ends. Waits for at most 10 s. */
    @Override
    public void close() {
        thread.close();
        lag.close();
    }

    private final class ConsumerLoop implements ConsumerThread.Reader {
        @Override
        public void begin() {
            consumer.subscribe(List.of(Topic.ALERTS.topicName(), Topic.WEBHOOK_REPLAYS.topicName()), rebalances);
        }

        @Override
        public void step() {
            rebalances.trackMissing();
            applyBackpressure();
            poll();
            commit();
            readSpilled();
            replays.acknowledgeFinished();
            reportBacklog();
        }

        @Override
        public void end() {
            rebalances.onPartitionsRevoked(consumer.assignment());
            replays.close();
            spill.close();
        }
    }

    /** What the queues have no room for stays in Kafka. */
    private void applyBackpressure() {
        if (waiting() >= config.maxWaiting()) {
            consumer.pause(consumer.assignment());
        } else if (!consumer.paused().isEmpty()) {
            consumer.resume(consumer.paused());
        }
    }

    private void poll() {
        List<Delivery> deliveries = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record :
                consumer.poll(queues.readRequest() == null ? POLL : Duration.ZERO)) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            OffsetTracker tracker = rebalances.trackers().get(partition);
            if (!tracker.begin(record.offset())) {
                continue;
            }
            RecordRef ref = new RecordRef(partition, record.offset(), tracker);
            if (record.topic().equals(Topic.WEBHOOK_REPLAYS.topicName())) {
                replays.start(record, ref);
            } else {
                take(record, ref, deliveries);
            }
        }
        queues.add(deliveries);
        // Positions also pass the markers of transactions, which are no records.
        rebalances.trackers().forEach((partition, tracker) -> tracker.readTo(consumer.position(partition)));
    }

    private void take(ConsumerRecord<String, byte[]> record, RecordRef ref, List<Delivery> deliveries) {
        Alert alert = alert(record);
        if (alert != null && filter.matches(alert) && !tables.isMuted(alert)) {
            deliveries.add(Delivery.live(alert, record, ref));
        } else {
            ref.acknowledge();
        }
    }

    /** Null when the record holds none that can be posted. */
    private Alert alert(ConsumerRecord<String, byte[]> record) {
        if (record.value() != null && record.value().length > MAX_ALERT_BYTES) {
            deadLetters.put(record, "An alert of " + record.value().length + " bytes is too large to be posted");
            return null;
        }
        try {
            return Topic.ALERTS.parse(record.value());
        } catch (MalformedRecordException e) {
            deadLetters.put(record, e.getMessage());
            return null;
        }
    }

    private void commit() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        rebalances.trackers().forEach((partition, tracker) -> {
            OffsetAndMetadata uncommitted = tracker.uncommitted();
            if (uncommitted != null) {
                offsets.put(partition, uncommitted);
            }
        });
        if (offsets.isEmpty()) {
            return;
        }
        consumer.commitAsync(offsets, (committed, failure) -> {
            if (failure != null) {
                // As while partitions move between processes. The next commit holds these offsets too.
                log.debug("Webhook {}: a commit failed: {}", webhook.getId(), failure.toString());
                offsets.keySet().stream()
                        .map(rebalances.trackers()::get)
                        .filter(Objects::nonNull)
                        .forEach(OffsetTracker::markUncommitted);
            }
        });
    }

    private void readSpilled() {
        ReadRequest request = queues.readRequest();
        if (request != null) {
            spill.read(request).ifPresent(queues::addRead);
        }
    }

    private void reportBacklog() {
        long unread = consumer.assignment().stream()
                .filter(AlertConsumer::holdsAlerts)
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
        status.backlog(waiting() + unread, replays.open());
    }

    private long waiting() {
        return rebalances.trackers().entrySet().stream()
                .filter(entry -> holdsAlerts(entry.getKey()))
                .mapToLong(entry -> entry.getValue().open())
                .sum();
    }

    private static boolean holdsAlerts(TopicPartition partition) {
        return partition.topic().equals(Topic.ALERTS.topicName());
    }
}
