package io.segwatch.topology;

import com.google.protobuf.ByteString;
import io.prometheus.client.Counter;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts malformed observations aside, within the transaction of the records around them (KIP-1034). Any other failure is
 * ours, and stops the thread before it can commit what it does not understand. Made by Kafka Streams.
 */
public final class DeadLetterHandler implements DeserializationExceptionHandler, ProcessingExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterHandler.class);
    private static final Counter count = Counter.build(
                    "segwatch_topology_dead_letters_total", "Observations put aside as malformed")
            .register();
    private static final int MAX_VALUE_BYTES = 64 << 10;

    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public DeserializationExceptionHandler.Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
        return DeserializationExceptionHandler.Response.resume(
                List.of(letter(context, record.key(), record.value(), exception.getMessage())));
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
        if (exception instanceof MalformedRecordException) {
            return ProcessingExceptionHandler.Response.resume(
                    List.of(letter(context, context.sourceRawKey(), context.sourceRawValue(), exception.getMessage())));
        }
        log.error(
                "{} partition {} offset {} could not be processed",
                context.topic(),
                context.partition(),
                context.offset(),
                exception);
        return ProcessingExceptionHandler.Response.fail();
    }

    private static ProducerRecord<byte[], byte[]> letter(
            ErrorHandlerContext context, byte[] key, byte[] value, String reason) {
        log.warn(
                "Dead letter from {} partition {} offset {}: {}",
                context.topic(),
                context.partition(),
                context.offset(),
                reason);
        count.inc();
        DeadLetter.Builder letter = DeadLetter.newBuilder()
                .setTopic(context.topic())
                .setPartition(context.partition())
                .setOffset(context.offset())
                .setReason(String.valueOf(reason))
                .setRole("topology")
                .setAtMs(context.timestamp());
        if (key != null) {
            letter.setKey(ByteString.copyFrom(key));
        }
        if (value != null) {
            letter.setValue(ByteString.copyFrom(value, 0, Math.min(value.length, MAX_VALUE_BYTES)));
        }
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                Topic.DEAD_LETTER.topicName(),
                context.topic().getBytes(StandardCharsets.UTF_8),
                letter.build().toByteArray());
        String id = context.topic() + "/" + context.partition() + "/" + context.offset();
        Sender.addHeaders(record.headers(), Topic.DEAD_LETTER, "topology", id, context.timestamp());
        return record;
    }
}
