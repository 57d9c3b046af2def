package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/asyncapi.yaml against the code. */
class AsyncApiTest {
    private static final Path FILE = Path.of("../docs/asyncapi.yaml");
    private static final JsonNode document = read();

    @Test
    void everyTopicHasItsChannelAndNoOther() {
        List<String> addresses = new ArrayList<>();
        document.path("channels")
                .forEach(channel -> addresses.add(channel.path("address").asText()));
        assertThat(addresses.stream().filter(address -> address.startsWith("segwatch.")))
                .containsExactlyInAnyOrderElementsOf(
                        Topic.all().stream().map(Topic::topicName).toList());
    }

    @ParameterizedTest
    @MethodSource("topics")
    void aTopicsMessageKeyAndRetentionAreThoseOfTheCode(Topic<?> topic) throws IOException {
        JsonNode channel = channel(topic);
        Descriptor descriptor = ((Message) topic.parse(new byte[0])).getDescriptorForType();
        assertThat(channel.path("messages")).hasSize(1);
        JsonNode message = resolved(channel.path("messages").elements().next());

        assertThat(message.path("name").asText()).isEqualTo(descriptor.getFullName());
        assertThat(message.at("/bindings/kafka/key/description").asText()).isEqualTo(topic.keyedBy());
        assertThat(channel.at("/bindings/kafka/topic").asText()).isEqualTo(topic.topicName());
        assertThat(channel.at("/bindings/kafka/topicConfiguration/cleanup.policy/0")
                        .asText())
                .isEqualTo(topic.isCompacted() ? "compact" : "delete");
        if (topic.isJson()) {
            assertThat(message.path("contentType").asText()).isEqualTo("application/cloudevents+json");
            assertThat(resolved(message.path("payload"))
                            .at("/properties/data/$ref")
                            .asText())
                    .isEqualTo("schemas/" + topic.topicName().substring("segwatch.".length()) + ".json");
        } else {
            assertThat(message.at("/payload/schema/$ref").asText())
                    .endsWith("/protobuf/" + descriptor.getFile().getName());
        }
    }

    @ParameterizedTest
    @MethodSource("topics")
    <T extends MessageLite> void theHeadersOfARecordAreThoseThatItNames(Topic<T> topic) {
        MockProducer<String, byte[]> producer =
                new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
        Headers headers = new RecordHeaders();
        if (topic.isJson()) {
            Sender.addHeaders(headers, topic, "test", "id", 0);
        } else {
            Kafka.sender(topic, producer, "test").send("key", topic.parse(new byte[0]));
            headers = producer.history().get(0).headers();
        }
        List<String> sent = Stream.of(headers.toArray()).map(Header::key).toList();
        List<String> named = new ArrayList<>();
        JsonNode message = resolved(channel(topic).path("messages").elements().next());
        resolved(message.path("headers")).path("required").forEach(header -> named.add(header.asText()));
        assertThat(sent).containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = new ArrayList<>();
        document.findValuesAsText("$ref", references);
        assertThat(references).hasSizeGreaterThan(50).allSatisfy(reference -> {
            if (reference.startsWith("#")) {
                assertThat(document.at(reference.substring(1)).isMissingNode()).isFalse();
            } else {
                assertThat(Files.exists(FILE.resolveSibling(reference))).isTrue();
            }
        });
    }

    static List<Topic<?>> topics() {
        return Topic.all();
    }

    private static JsonNode channel(Topic<?> topic) {
        for (JsonNode channel : document.path("channels")) {
            if (channel.path("address").asText().equals(topic.topicName())) {
                return channel;
            }
        }
        throw new AssertionError("No channel for " + topic);
    }

    private static JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    private static JsonNode read() {
        try {
            return new ObjectMapper(new YAMLFactory()).readTree(FILE.toFile());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
