package io.segwatch.kafka;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one topic's messages with the headers of CloudEvents 1.0 in Kafka's binary content mode (CloudEvents Kafka
 * protocol binding 1.0.2, section 3.2); of a topic of JSON only the headers are made here. Threadsafe.
 *
 * @param <T> the topic's message
 */
public final class Sender<T extends MessageLite> {
    private static final Logger log = LoggerFactory.getLogger(Sender.class);
    private static final byte[] SPEC_VERSION = utf8("1.0");
    private static final byte[] CONTENT_TYPE = utf8("application/protobuf");
    /** Structured mode, section 3.3: all else is in the value. */
    private static final byte[] STRUCTURED = utf8("application/cloudevents+json; charset=UTF-8");

    private final Topic<T> topic;
    private final Producer<String, byte[]> producer;
    private final byte[] source;
    private final AtomicBoolean refused = new AtomicBoolean();

    Sender(Topic<T> topic, Producer<String, byte[]> producer, String source) {
        if (topic.isJson()) {
            throw new IllegalArgumentException(topic + " holds JSON, and this sends Protobuf");
        }
        this.topic = topic;
        this.producer = producer;
        this.source = utf8("/segwatch/" + source);
    }

    /** Queues the record; {@code callback}, which may be null, runs on the producer's thread. */
    public Future<RecordMetadata> send(String key, T message, Callback callback) {
        var record = new ProducerRecord<>(topic.topicName(), key, message.toByteArray());
        addHeaders(record.headers(), topic, source, UUID.randomUUID().toString(), System.currentTimeMillis());
        return producer.send(record, telling(callback));
    }

    /** Says once that a right is missing, which those who send do not look for. */
    private Callback telling(Callback callback) {
        return (metadata, failure) -> {
            if (!KafkaRights.isRefusal(failure)) {
                refused.set(false);
            } else if (refused.compareAndSet(false, true)) {
                log.warn("This process may not write {}: {}. {}", topic, failure.getMessage(), KafkaRights.REMEDY);
            }
            if (callback != null) {
                callback.onCompletion(metadata, failure);
            }
        };
    }

    public Future<RecordMetadata> send(String key, T message) {
        return send(key, message, null);
    }

    /** A tombstone: deletes the definition with this key. */
    public Future<RecordMetadata> delete(String key) {
        return delete(key, null);
    }

    /** As {@link #delete(String)}; {@code callback}, which may be null, runs on the producer's thread. */
    public Future<RecordMetadata> delete(String key, Callback callback) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic.topicName(), key, null);
        addHeaders(record.headers(), topic, source, UUID.randomUUID().toString(), System.currentTimeMillis());
        return producer.send(record, telling(callback));
    }

    /** For records that are not sent through a Sender, as those of Kafka Streams. */
    public static void addHeaders(Headers headers, Topic<?> topic, String source, String id, long timeMs) {
        addHeaders(headers, topic, utf8("/segwatch/" + source), id, timeMs);
    }

    private static void addHeaders(Headers headers, Topic<?> topic, byte[] source, String id, long timeMs) {
        if (topic.isJson()) {
            headers.add("content-type", STRUCTURED);
            return;
        }
        headers.add("ce_specversion", SPEC_VERSION)
                .add("ce_type", utf8("io." + topic.topicName() + ".v1"))
                .add("ce_source", source)
                .add("ce_id", utf8(id))
                .add("ce_time", utf8(Instant.ofEpochMilli(timeMs).toString()))
                .add("content-type", CONTENT_TYPE);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
