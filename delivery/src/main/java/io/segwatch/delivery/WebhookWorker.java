package io.segwatch.delivery;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import io.segwatch.v1.WebhookStatus;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes alerts from Kafka to one webhook. A thread of its own reads and commits, {@link DeliveryQueues} post. What has
 * not been taken by the receiver or by the dead-letter topic is not committed, so that it is posted after a restart, if
 * need be by another process of the webhook's group.
 */
final class WebhookWorker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WebhookWorker.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ANEW_AFTER = Duration.ofSeconds(5);
    /**
     * Of the group. The classic protocol, for with the new one the broker decides after how long the work of a process
     * that has died is done by another: 45 seconds, by default.
     */
    private static final Map<String, String> GROUP = Map.of(
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

    private static final long QUIET_WITHIN_MS = 12_000;
    private static final int MAX_ALERT_BYTES = 64 << 10;

    private record ReadRequest(String queue, List<RuleQueue.RecordRef> places) {}

    private final Kafka kafka;
    private final Webhook webhook;
    private final DeliveryConfig config;
    private final DeadLetters deadLetters;
    private final StatusTracker status;
    private final DeliveryQueues queues;
    private final Set<String> rules;
    private final Set<String> cameras;
    private final Set<Alert.State> states;
    private final Map<TopicPartition, OffsetTracker> progress = new ConcurrentHashMap<>();
    private final Queue<ReadRequest> wanted = new ConcurrentLinkedQueue<>();
    private final Map<String, ReplayReader> replays = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    WebhookWorker(
            Vertx vertx,
            Kafka kafka,
            Webhook webhook,
            DeliveryConfig config,
            WebhookClient client,
            DeadLetters deadLetters) {
        this.kafka = kafka;
        this.webhook = webhook;
        this.config = config;
        this.deadLetters = deadLetters;
        this.status = new StatusTracker(webhook, config.instanceName());
        this.queues = new DeliveryQueues(vertx, webhook, config, client, deadLetters, status, this::readAgain);
        this.rules = Set.copyOf(webhook.getRulesList());
        this.cameras = Set.copyOf(webhook.getCamerasList());
        this.states = Set.copyOf(webhook.getStatesList());
        this.thread = new Thread(this::run, "webhook-" + webhook.getId());
        this.thread.setDaemon(true);
        this.thread.start();
    }

    WebhookStatus status() {
        return status.status();
    }

    StatusTracker tracker() {
        return status;
    }

    /** A webhook that is removed and defined again under its old id begins anew. */
    private String group() {
        return "segwatch-delivery-" + webhook.getId() + "-" + webhook.getCreatedAtMs();
    }

    private void run() {
        while (!closed) {
            try {
                deliver();
            } catch (RuntimeException e) {
                log.error("Webhook {}: reading alerts failed; it begins anew", webhook.getId(), e);
                status.hold(WebhookStatus.State.BLOCKED, "Alerts cannot be read from Kafka: " + e.getMessage());
                pause();
            }
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(closed ? 0 : ANEW_AFTER.toMillis());
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void deliver() {
        try (KafkaConsumer<String, byte[]> consumer = kafka.consumer("delivery-" + webhook.getId(), group(), GROUP);
                KafkaConsumer<String, byte[]> reader = kafka.consumer(
                        "delivery-" + webhook.getId() + "-again", null, Map.of("auto.offset.reset", "earliest"))) {
            consumer.subscribe(
                    List.of(Topic.ALERTS.topicName(), Topic.WEBHOOK_REPLAYS.topicName()), new Partitions(consumer));
            status.unblock();
            while (!closed) {
                applyBackpressure(consumer);
                take(consumer);
                commit(consumer);
                ReadRequest next = wanted.poll();
                if (next != null) {
                    reread(reader, next);
                }
                count(consumer);
            }
            onLanes(queues::close);
            awaitInFlight(false);
            commitSync(consumer);
        } finally {
            lose(Set.copyOf(progress.keySet()));
        }
    }

    /** Kafka keeps what we have no room for. */
    private void applyBackpressure(KafkaConsumer<String, byte[]> consumer) {
        if (waiting() >= config.maxWaiting()) {
            consumer.pause(consumer.assignment());
        } else if (!consumer.paused().isEmpty()) {
            consumer.resume(consumer.paused());
        }
    }

    private void take(KafkaConsumer<String, byte[]> consumer) {
        List<Delivery> deliveries = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : consumer.poll(wanted.isEmpty() ? POLL : Duration.ZERO)) {
            OffsetTracker partition = progress.get(new TopicPartition(record.topic(), record.partition()));
            if (partition == null || !partition.begin(record.offset())) {
                continue;
            }
            Runnable acknowledge = () -> partition.acknowledge(record.offset());
            if (record.topic().equals(Topic.WEBHOOK_REPLAYS.topicName())) {
                replay(record, acknowledge);
            } else {
                Delivery delivery = delivery(record, partition, acknowledge);
                if (delivery != null) {
                    deliveries.add(delivery);
                }
            }
        }
        progress.forEach((partition, one) -> {
            if (consumer.assignment().contains(partition)) {
                one.readTo(consumer.position(partition));
            }
        });
        onLanes(() -> queues.add(deliveries));
    }

    /** Null, and settled, when it is none of this webhook's. */
    private Delivery delivery(ConsumerRecord<String, byte[]> record, OffsetTracker partition, Runnable acknowledge) {
        Alert alert = alert(record);
        if (alert == null || !takes(alert)) {
            acknowledge.run();
            return null;
        }
        return new Delivery(alert, record, "", partition, acknowledge);
    }

    private Alert alert(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return null;
        }
        if (record.value().length > MAX_ALERT_BYTES) {
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

    boolean takes(Alert alert) {
        return (rules.isEmpty() || rules.contains(alert.getRule()))
                && (cameras.isEmpty() || cameras.contains(alert.getCamera()))
                && (states.isEmpty() || states.contains(alert.getState()));
    }

    private void replay(ConsumerRecord<String, byte[]> record, Runnable acknowledge) {
        if (!webhook.getId().equals(record.key()) || record.value() == null) {
            acknowledge.run();
            return;
        }
        try {
            WebhookReplay asked = Topic.WEBHOOK_REPLAYS.parse(record.value());
            List<Problem> problems = Definitions.check(asked);
            if (problems.isEmpty()) {
                replays.put(asked.getId(), new ReplayReader(kafka, asked, this::takes, this::post, () -> {
                    replays.remove(asked.getId());
                    acknowledge.run();
                }));
                return;
            }
            deadLetters.put(record, Problem.describe(problems));
        } catch (MalformedRecordException e) {
            deadLetters.put(record, e.getMessage());
        }
        acknowledge.run();
    }

    private void post(Delivery delivery) {
        onLanes(() -> queues.add(List.of(delivery)));
    }

    private void commit(KafkaConsumer<String, byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> changes = changes(progress.keySet());
        if (!changes.isEmpty()) {
            consumer.commitAsync(changes, (offsets, failure) -> {
                if (failure != null) {
                    // As while partitions move; what is done is noted with the next commit.
                    log.debug("Webhook {}: a commit failed: {}", webhook.getId(), failure.toString());
                    changes.keySet().stream()
                            .map(progress::get)
                            .filter(Objects::nonNull)
                            .forEach(OffsetTracker::markUncommitted);
                }
            });
        }
    }

    private void commitSync(KafkaConsumer<String, byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> now = new HashMap<>();
        progress.forEach((partition, one) -> now.put(partition, one.state()));
        consumer.commitSync(now);
    }

    private Map<TopicPartition, OffsetAndMetadata> changes(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> changes = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata change = progress.get(partition).change();
            if (change != null) {
                changes.put(partition, change);
            }
        }
        return changes;
    }

    private void readAgain(String queue, List<RuleQueue.RecordRef> places) {
        wanted.add(new ReadRequest(queue, places));
    }

    private void reread(KafkaConsumer<String, byte[]> reader, ReadRequest next) {
        try {
            read(reader, next);
        } catch (RuntimeException e) {
            // What is missing comes again with its partition.
            onLanes(() -> queues.add(next.queue(), List.of()));
            throw e;
        }
    }

    /** Reads what a lane had no room for, in the lane's order. */
    private void read(KafkaConsumer<String, byte[]> reader, ReadRequest next) {
        Map<RuleQueue.RecordRef, Delivery> found = new HashMap<>();
        Map<TopicPartition, List<RuleQueue.RecordRef>> byPartition =
                next.places().stream().collect(Collectors.groupingBy(RuleQueue.RecordRef::partition));
        byPartition.forEach((partition, places) -> {
            Map<Long, RuleQueue.RecordRef> missing =
                    places.stream().collect(Collectors.toMap(RuleQueue.RecordRef::offset, place -> place));
            reader.assign(List.of(partition));
            reader.seek(partition, places.get(0).offset());
            long last = places.get(places.size() - 1).offset();
            while (reader.position(partition) <= last && !closed) {
                for (ConsumerRecord<String, byte[]> record : reader.poll(POLL)) {
                    RuleQueue.RecordRef place = missing.remove(record.offset());
                    if (place != null) {
                        Runnable acknowledge = () -> place.progress().acknowledge(place.offset());
                        found.put(place, delivery(record, place.progress(), acknowledge));
                    }
                }
            }
            missing.values().forEach(this::expired);
        });
        List<Delivery> deliveries = next.places().stream()
                .map(found::get)
                .filter(one -> one != null)
                .toList();
        onLanes(() -> queues.add(next.queue(), deliveries));
    }

    private void expired(RuleQueue.RecordRef place) {
        if (!closed) {
            log.warn("Webhook {}: an alert is gone from Kafka before its turn came", webhook.getId());
            place.progress().acknowledge(place.offset());
        }
    }

    private void count(KafkaConsumer<String, byte[]> consumer) {
        long unread = consumer.assignment().stream()
                .filter(partition -> isOf(Topic.ALERTS, partition))
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
        long replaying = replays.values().stream().mapToLong(ReplayReader::open).sum();
        status.backlog(waiting() + unread, replaying);
    }

    private long waiting() {
        return progress.entrySet().stream()
                .filter(entry -> isOf(Topic.ALERTS, entry.getKey()))
                .mapToLong(entry -> entry.getValue().open())
                .sum();
    }

    private static boolean isOf(Topic<?> topic, TopicPartition partition) {
        return partition.topic().equals(topic.topicName());
    }

    private void onLanes(Runnable work) {
        queues.context.runOnContext(v -> work.run());
    }

    /** Waits for open attempts, so that what a receiver has taken is not posted again by whoever follows. */
    private void awaitInFlight(boolean revokedOnly) {
        long until = System.currentTimeMillis() + QUIET_WITHIN_MS;
        while (System.currentTimeMillis() < until && !isIdle(revokedOnly)) {
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean isIdle(boolean revokedOnly) {
        CompletableFuture<Boolean> quiet = new CompletableFuture<>();
        onLanes(() -> quiet.complete(queues.isIdle(revokedOnly)));
        try {
            return quiet.get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void lose(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            OffsetTracker lost = progress.remove(partition);
            if (lost != null) {
                lost.revoke();
            }
            if (isOf(Topic.WEBHOOK_REPLAYS, partition)) {
                replays.values().forEach(ReplayReader::close);
                replays.clear();
            }
        }
    }

    /** Partitions come and go as processes do. */
    private final class Partitions implements ConsumerRebalanceListener {
        private final KafkaConsumer<String, byte[]> consumer;

        Partitions(KafkaConsumer<String, byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(partitions));
            Map<TopicPartition, OffsetAndMetadata> starts = starts(partitions.stream()
                    .filter(partition -> committed.get(partition) == null)
                    .toList());
            for (TopicPartition partition : partitions) {
                OffsetAndMetadata start = committed.get(partition);
                if (start == null) {
                    start = starts.get(partition);
                    consumer.seek(partition, start.offset());
                }
                progress.put(partition, new OffsetTracker(start));
            }
        }

        /** Where the webhook's first alerts are. Noted at once, so that a later start finds the same. */
        private Map<TopicPartition, OffsetAndMetadata> starts(List<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return Map.of();
            }
            Map<TopicPartition, OffsetAndMetadata> starts = new HashMap<>();
            consumer.endOffsets(partitions)
                    .forEach((partition, end) -> starts.put(partition, new OffsetAndMetadata(end)));
            Map<TopicPartition, OffsetAndTimestamp> since = consumer.offsetsForTimes(partitions.stream()
                    .collect(Collectors.toMap(partition -> partition, partition -> webhook.getCreatedAtMs())));
            since.forEach((partition, found) -> {
                if (found != null) {
                    starts.put(partition, new OffsetAndMetadata(found.offset()));
                }
            });
            consumer.commitSync(starts);
            return starts;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            Map<TopicPartition, OffsetTracker> leaving = new HashMap<>();
            partitions.forEach(partition -> {
                if (progress.containsKey(partition)) {
                    leaving.put(partition, progress.get(partition));
                }
            });
            leaving.values().forEach(OffsetTracker::revoke);
            awaitInFlight(true);
            Map<TopicPartition, OffsetAndMetadata> now = new HashMap<>();
            leaving.forEach((partition, one) -> now.put(partition, one.state()));
            consumer.commitSync(now);
            lose(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            lose(partitions);
        }
    }

    @Override
    public void close() {
        closed = true;
        replays.values().forEach(ReplayReader::close);
        try {
            thread.join(QUIET_WITHIN_MS + 5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
