package io.segwatch.delivery;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.WebhookReplay;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands a webhook's queues the alerts of the alerts topic or of the dead-letter topic once more, up to where the topic
 * ended when the replay began. It has a thread of its own, which reads no further than the queues have room for.
 */
final class ReplayReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplayReader.class);
    /** Alerts that have been handed over and are not acknowledged. */
    private static final int MAX_OPEN = 256;

    private static final Duration POLL = Duration.ofMillis(200);

    private final WebhookReplay request;
    private final WebhookFilter filter;
    private final DeliveryQueues queues;
    private final AlertTables tables;
    private final KafkaConsumer<String, byte[]> consumer;
    private final ConsumerThread thread;
    private final Semaphore room = new Semaphore(MAX_OPEN);
    private final AtomicLong handedOver = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private volatile boolean finished;

    /** Starts at once. */
    ReplayReader(Kafka kafka, WebhookReplay request, WebhookFilter filter, DeliveryQueues queues, AlertTables tables) {
        this.tables = tables;
        this.request = request;
        this.filter = filter;
        this.queues = queues;
        String name = "replay-" + request.getId();
        this.consumer = kafka.consumer(name, null, Map.of());
        this.thread = new ConsumerThread(name, consumer, new ConsumerLoop()).start();
    }

    /** Alerts that have been handed over and are not acknowledged. */
    long open() {
        return handedOver.get() - acknowledged.get();
    }

    /** Every alert has been acknowledged. */
    boolean isFinished() {
        return finished;
    }

    Optional<Throwable> failure() {
        return thread.failure();
    }

    @Override
    public void close() {
        thread.close();
    }

    private final class ConsumerLoop implements ConsumerThread.Reader {
        private final boolean letters = request.getSource() == WebhookReplay.Source.DEAD_LETTER;
        private final String topic = (letters ? Topic.DEAD_LETTER : Topic.ALERTS).topicName();
        private final Deque<Delivery> read = new ArrayDeque<>();
        private Map<TopicPartition, Long> ends;

        @Override
        public void begin() {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            ends = Map.copyOf(consumer.endOffsets(partitions));
            consumer.assign(partitions);
            consumer.offsetsForTimes(partitions.stream()
                            .collect(Collectors.toMap(partition -> partition, partition -> request.getFromMs())))
                    .forEach((partition, found) ->
                            consumer.seek(partition, found == null ? ends.get(partition) : found.offset()));
        }

        @Override
        public void step() {
            if (!read.isEmpty()) {
                handOver();
            } else if (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(this::take);
            } else if (acquire(MAX_OPEN)) {
                log.info(
                        "Webhook {}: replay {} has finished, {} alerts",
                        request.getWebhook(),
                        request.getId(),
                        handedOver.get());
                finished = true;
            }
        }

        private void handOver() {
            while (!read.isEmpty() && acquire(1)) {
                handedOver.incrementAndGet();
                queues.add(List.of(read.remove()));
            }
        }

        private boolean acquire(int permits) {
            try {
                return room.tryAcquire(permits, POLL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }

        private void take(ConsumerRecord<String, byte[]> record) {
            if (record.offset() >= ends.get(new TopicPartition(topic, record.partition()))) {
                return;
            }
            try {
                ConsumerRecord<String, byte[]> original = letters ? undelivered(record) : record;
                Alert alert = original == null ? null : Topic.ALERTS.parse(original.value());
                if (alert != null
                        && (letters || isAskedFor(alert))
                        && !tables.hides(alert.getCamera(), alert.getAtMs())
                        && !tables.isMuted(alert)) {
                    read.add(new Delivery(alert, original, request.getId(), null, this::acknowledge));
                }
            } catch (MalformedRecordException e) {
                log.debug("Replay {} skips offset {} of {}: {}", request.getId(), record.offset(), topic, e.toString());
            }
        }

        /** The record in a dead letter as it was before; null when it was for another webhook or time. */
        private ConsumerRecord<String, byte[]> undelivered(ConsumerRecord<String, byte[]> record) {
            DeadLetter letter = Topic.DEAD_LETTER.parse(record.value());
            return letter.getWebhook().equals(request.getWebhook()) && isInTime(letter.getAtMs())
                    ? new ConsumerRecord<>(
                            letter.getTopic(),
                            letter.getPartition(),
                            letter.getOffset(),
                            letter.getKey().toStringUtf8(),
                            letter.getValue().toByteArray())
                    : null;
        }

        private boolean isAskedFor(Alert alert) {
            return isInTime(alert.getAtMs()) && filter.matches(alert);
        }

        private boolean isInTime(long atMs) {
            return atMs >= request.getFromMs() && atMs <= request.getToMs();
        }

        private void acknowledge() {
            acknowledged.incrementAndGet();
            room.release();
        }
    }
}
