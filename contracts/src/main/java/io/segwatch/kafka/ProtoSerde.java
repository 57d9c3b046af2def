package io.segwatch.kafka;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A topic's values for Kafka Streams. A value that is no message of the topic is a
 * {@link io.segwatch.contracts.MalformedRecordException}.
 *
 * @param <T> the topic's message
 */
public record ProtoSerde<T extends MessageLite>(Topic<T> topic) implements Serde<T> {

    @Override
    public Serializer<T> serializer() {
        return (name, message) -> message == null ? null : message.toByteArray();
    }

    @Override
    public Deserializer<T> deserializer() {
        return (name, bytes) -> topic.parse(bytes);
    }
}
