package io.segwatch.delivery;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookReplay;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The replays of one webhook that are under way. A replay's request is acknowledged when the replay has finished, so
 * that another process begins it again when this one ends before. Threadsafe.
 */
final class Replays implements AutoCloseable {
    private final Kafka kafka;
    private final Webhook webhook;
    private final DeadLetters deadLetters;
    private final DeliveryQueues queues;
    private final AlertTables tables;
    private final Map<RecordRef, ReplayReader> readers = new ConcurrentHashMap<>();

    /** @param tables what is posted to nobody */
    Replays(Kafka kafka, Webhook webhook, DeadLetters deadLetters, DeliveryQueues queues, AlertTables tables) {
        this.tables = tables;
        this.kafka = kafka;
        this.webhook = webhook;
        this.deadLetters = deadLetters;
        this.queues = queues;
    }

    /** @param record of the topic of requests, which holds those of all webhooks */
    void start(ConsumerRecord<String, byte[]> record, RecordRef ref) {
        WebhookReplay request = request(record);
        if (request == null) {
            ref.acknowledge();
        } else {
            readers.put(ref, new ReplayReader(kafka, request, WebhookFilter.of(webhook), queues, tables));
        }
    }

    /** Null when the request is for another webhook or is refused. */
    private WebhookReplay request(ConsumerRecord<String, byte[]> record) {
        if (!webhook.getId().equals(record.key()) || record.value() == null) {
            return null;
        }
        try {
            WebhookReplay request = Topic.WEBHOOK_REPLAYS.parse(record.value());
            List<Problem> problems = Definitions.check(request);
            if (problems.isEmpty()) {
                return request;
            }
            deadLetters.put(record, Problem.describe(problems));
        } catch (MalformedRecordException e) {
            deadLetters.put(record, e.getMessage());
        }
        return null;
    }

    void acknowledgeFinished() {
        readers.forEach((ref, reader) -> {
            if (reader.isFinished()) {
                readers.remove(ref);
                reader.close();
                ref.acknowledge();
            }
        });
    }

    /** Another process has the requests now. */
    void closeRevoked() {
        readers.forEach((ref, reader) -> {
            if (ref.tracker().isRevoked()) {
                readers.remove(ref);
                reader.close();
            }
        });
    }

    /** Alerts that have been read and are not acknowledged. */
    long open() {
        return readers.values().stream().mapToLong(ReplayReader::open).sum();
    }

    /** Why a replay has stopped for good; empty when none has. */
    Optional<Throwable> failure() {
        return readers.values().stream()
                .flatMap(reader -> reader.failure().stream())
                .findFirst();
    }

    /** Requests that have not finished stay unacknowledged. */
    @Override
    public void close() {
        readers.values().forEach(ReplayReader::close);
    }
}
