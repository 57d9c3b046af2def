package io.segwatch.delivery;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.WebhookReplay;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts again what the alerts topic or the dead-letter topic holds for one webhook, up to where the topic ended when
 * the replay began. On a thread of its own; begins anew when the process was stopped before its end.
 */
final class ReplayReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplayReader.class);
    /** Alerts that wait to be taken; more are not read. */
    private static final int MOST_OPEN = 256;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ANEW_AFTER = Duration.ofSeconds(5);

    private final Kafka kafka;
    private final WebhookReplay asked;
    private final Predicate<Alert> takes;
    private final Consumer<Delivery> post;
    private final Runnable done;
    private final Semaphore room = new Semaphore(MOST_OPEN);
    private final AtomicLong posted = new AtomicLong();
    private final CountDownLatch end = new CountDownLatch(1);

    /**
     * Starts it.
     *
     * @param takes whether an alert of the alerts topic is for the webhook
     * @param done told when every alert has been taken by the receiver or by the dead-letter topic
     */
    ReplayReader(Kafka kafka, WebhookReplay asked, Predicate<Alert> takes, Consumer<Delivery> post, Runnable done) {
        this.kafka = kafka;
        this.asked = asked;
        this.takes = takes;
        this.post = post;
        this.done = done;
        Thread thread = new Thread(this::run, "replay-" + asked.getId());
        thread.setDaemon(true);
        thread.start();
    }

    /** Alerts that have been read and not yet been taken. */
    long open() {
        return MOST_OPEN - room.availablePermits();
    }

    private void run() {
        try {
            boolean read = replay();
            while (!read && !end.await(ANEW_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
                read = replay();
            }
            if (read && take(MOST_OPEN)) {
                log.info("Webhook {}: replay {} has ended, {} alerts", asked.getWebhook(), asked.getId(), posted.get());
                done.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosed() {
        return end.getCount() == 0;
    }

    /** Waits for room; false when the replay is to end. */
    private boolean take(int permits) throws InterruptedException {
        while (!isClosed()) {
            if (room.tryAcquire(permits, POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return false;
    }

    /** False when Kafka failed. */
    private boolean replay() throws InterruptedException {
        boolean letters = asked.getSource() == WebhookReplay.Source.DEAD_LETTER;
        String topic = (letters ? Topic.DEAD_LETTER : Topic.ALERTS).topicName();
        try (KafkaConsumer<String, byte[]> consumer = kafka.consumer("replay-" + asked.getId(), null, Map.of())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.offsetsForTimes(partitions.stream()
                            .collect(Collectors.toMap(partition -> partition, partition -> asked.getFromMs())))
                    .forEach((partition, found) ->
                            consumer.seek(partition, found == null ? ends.get(partition) : found.offset()));
            while (!isClosed()
                    && ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() < ends.get(new TopicPartition(topic, record.partition()))) {
                        take(letters ? undelivered(record) : record);
                    }
                }
            }
            return !isClosed();
        } catch (KafkaException e) {
            log.warn("Webhook {}: replay {} begins anew: {}", asked.getWebhook(), asked.getId(), e.toString());
            return false;
        }
    }

    /** The alert in a dead letter, as it was read then; null when it is none of this webhook's or of this time. */
    private ConsumerRecord<String, byte[]> undelivered(ConsumerRecord<String, byte[]> record) {
        try {
            DeadLetter letter = Topic.DEAD_LETTER.parse(record.value());
            boolean ours = letter.getWebhook().equals(asked.getWebhook())
                    && letter.getAtMs() >= asked.getFromMs()
                    && letter.getAtMs() <= asked.getToMs();
            return ours
                    ? new ConsumerRecord<>(
                            letter.getTopic(),
                            letter.getPartition(),
                            letter.getOffset(),
                            letter.getKey().toStringUtf8(),
                            letter.getValue().toByteArray())
                    : null;
        } catch (MalformedRecordException e) {
            return null;
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) throws InterruptedException {
        Alert alert = record == null ? null : alert(record);
        if (alert == null) {
            return;
        }
        if (take(1)) {
            posted.incrementAndGet();
            post.accept(new Delivery(alert, record, asked.getId(), null, room::release));
        }
    }

    private Alert alert(ConsumerRecord<String, byte[]> record) {
        try {
            Alert alert = Topic.ALERTS.parse(record.value());
            boolean inTime =
                    alert != null && alert.getAtMs() >= asked.getFromMs() && alert.getAtMs() <= asked.getToMs();
            boolean letter = asked.getSource() == WebhookReplay.Source.DEAD_LETTER;
            return letter || (inTime && takes.test(alert)) ? alert : null;
        } catch (MalformedRecordException e) {
            // It has been put aside when it was read the first time.
            return null;
        }
    }

    @Override
    public void close() {
        end.countDown();
    }
}
