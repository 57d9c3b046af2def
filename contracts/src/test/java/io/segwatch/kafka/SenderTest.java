package io.segwatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** CloudEvents 1.0, Kafka protocol binding 1.0.2, section 3.2: binary content mode. */
class SenderTest {
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());

    @ParameterizedTest
    @MethodSource("topics")
    <T extends MessageLite> void everyRecordOfEveryTopicIsACloudEvent(Topic<T> topic) {
        Sender<T> sender = Kafka.sender(topic, producer, "ingest");
        sender.send("door", topic.parse(new byte[0]));
        sender.send("door", topic.parse(new byte[0]));
        sender.delete("door");

        List<Map<String, String>> headers =
                producer.history().stream().map(SenderTest::headers).toList();
        assertThat(headers)
                .hasSize(3)
                .allSatisfy(one -> assertThat(one)
                        .containsEntry("ce_specversion", "1.0")
                        .containsEntry("ce_type", "io." + topic + ".v1")
                        .containsEntry("ce_source", "/segwatch/ingest")
                        .containsEntry("content-type", "application/protobuf")
                        .hasEntrySatisfying(
                                "ce_time",
                                time -> assertThat(Instant.parse(time)).isBeforeOrEqualTo(Instant.now())));
        assertThat(headers)
                .extracting(one -> one.get("ce_id"))
                .doesNotHaveDuplicates()
                .doesNotContainNull();
    }

    static List<Topic<?>> topics() {
        return Topic.all().stream().filter(topic -> !topic.isJson()).toList();
    }

    private static Map<String, String> headers(ProducerRecord<String, byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }
}
