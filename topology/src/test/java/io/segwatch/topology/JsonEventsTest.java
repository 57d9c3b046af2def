package io.segwatch.topology;

import static io.segwatch.topology.SampleObservations.CAMERA;
import static io.segwatch.topology.SampleObservations.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MessageLite;
import com.google.protobuf.util.JsonFormat;
import io.cloudevents.CloudEvent;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.ProtoSerde;
import io.segwatch.kafka.RecordLag;
import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.topology.camera.DefinitionSnapshot;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Rule;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Facts as JSON, as a program reads them that has nothing of ours. */
class JsonEventsTest {
    private static final Rule RULE = Rule.newBuilder()
            .setId("door")
            .setName("Someone \"at\" the door")
            .setQuery("person")
            .setEnter(0.05)
            .setExit(0.02)
            .build();
    private static final CameraProcessor.Options OPTIONS =
            new CameraProcessor.Options(2_000, 5_000, 30_000, 5_000, 600_000, 64, 0.25, 0.15);

    @TempDir
    Path folder;

    @Test
    void sayWhatTheProtobufFactsSayUnderTheSameIdsAndKeys() throws IOException {
        try (TopologyTestDriver driver = run(new EventKinds(true, true, 10_000))) {
            List<TestRecord<String, Alert>> alerts = facts(driver, Topic.ALERTS);
            List<TestRecord<String, byte[]>> alertEvents = events(driver, Topic.ALERT_EVENTS);
            assertThat(alerts)
                    .extracting(alert -> alert.value().getState())
                    .contains(Alert.State.OPEN, Alert.State.CLOSE);
            assertSame(alerts, alertEvents, Topic.ALERT_EVENTS, CAMERA + "/door", Alert.newBuilder());

            List<TestRecord<String, Area>> areas = facts(driver, Topic.AREAS).stream()
                    .filter(area -> area.value().getFinal() && area.value().getWindowMs() >= 10_000)
                    .toList();
            List<TestRecord<String, byte[]>> areaEvents = events(driver, Topic.AREA_EVENTS);
            assertThat(areas).hasSizeGreaterThan(5);
            assertSame(areas, areaEvents, Topic.AREA_EVENTS, CAMERA + "//person", Area.newBuilder());
        }
    }

    private static <T extends MessageLite> void assertSame(
            List<TestRecord<String, T>> facts,
            List<TestRecord<String, byte[]>> events,
            Topic<?> topic,
            String subject,
            com.google.protobuf.Message.Builder empty)
            throws IOException {
        assertThat(events).hasSameSizeAs(facts);
        Validator schema = schema(topic);
        for (int i = 0; i < facts.size(); i++) {
            TestRecord<String, byte[]> record = events.get(i);
            assertThat(record.key()).isEqualTo(CAMERA);
            assertThat(record.timestamp()).isEqualTo(facts.get(i).timestamp());
            assertThat(header(record, "content-type")).isEqualTo("application/cloudevents+json; charset=UTF-8");
            CloudEvent event = new io.cloudevents.jackson.JsonFormat().deserialize(record.value());
            assertThat(event.getId()).isEqualTo(header(facts.get(i), "ce_id"));
            assertThat(event.getTime().toInstant()).isEqualTo(Instant.parse(header(facts.get(i), "ce_time")));
            assertThat(event.getSource()).hasToString("/segwatch/topology");
            assertThat(event.getType()).isEqualTo("io." + topic + ".v1");
            assertThat(event.getSubject()).isEqualTo(subject);
            assertThat(event.getDataContentType()).isEqualTo("application/json");
            JsonObject data = new JsonObject(new String(record.value(), StandardCharsets.UTF_8)).getJsonObject("data");
            OutputUnit valid = schema.validate(data);
            assertThat(valid.getValid()).as("%s: %s", data, valid.getErrors()).isTrue();
            assertThat(read(schemaFile(topic)).getString("$id"))
                    .isEqualTo(event.getDataSchema().toString());
            var read = empty.clone();
            JsonFormat.parser().merge(data.encode(), read);
            assertThat(read.build()).isEqualTo(facts.get(i).value());
            assertThat(record.value().length).isLessThan(4_096);
        }
    }

    @Test
    void haveWholeNumbersAsNumbers() throws IOException {
        try (TopologyTestDriver driver = run(new EventKinds(true, false, 0))) {
            JsonObject open = new JsonObject(
                            new String(events(driver, Topic.ALERT_EVENTS).get(0).value(), StandardCharsets.UTF_8))
                    .getJsonObject("data");
            assertThat(open.getValue("openedAtMs")).isEqualTo(START);
            assertThat(open.getString("state")).isEqualTo("OPEN");
            assertThat(open.getJsonObject("evidence").getValue("sequence")).isEqualTo(0);
        }
    }

    @Test
    void areWrittenOfTheKindsThatAreAskedForAlone() {
        try (TopologyTestDriver driver = run(EventKinds.NONE)) {
            assertThat(facts(driver, Topic.ALERTS)).isNotEmpty();
            assertThat(events(driver, Topic.ALERT_EVENTS)).isEmpty();
            assertThat(events(driver, Topic.AREA_EVENTS)).isEmpty();
        }
        EventKinds alerts = EventKinds.of(config("alerts"));
        assertThat(alerts).isEqualTo(new EventKinds(true, false, 60_000));
        assertThat(EventKinds.of(config("areas, alerts"))).isEqualTo(new EventKinds(true, true, 60_000));
        assertThat(EventKinds.of(config(""))).isEqualTo(new EventKinds(false, false, 60_000));
        assertThatThrownBy(() -> config("alarms"))
                .hasMessageContaining("segwatch.topology.cloudevents takes alerts, areas or both, not alarms");
    }

    @Test
    void theSchemasNameTheFieldsThatTheFactsHave() throws IOException {
        assertThat(fields(Alert.getDescriptor()))
                .containsExactlyInAnyOrderElementsOf(read(schemaFile(Topic.ALERT_EVENTS))
                        .getJsonObject("properties")
                        .fieldNames());
        assertThat(fields(Area.getDescriptor()))
                .containsExactlyInAnyOrderElementsOf(read(schemaFile(Topic.AREA_EVENTS))
                        .getJsonObject("properties")
                        .fieldNames());
    }

    private static List<String> fields(Descriptor message) {
        return message.getFields().stream().map(FieldDescriptor::getJsonName).toList();
    }

    private static TopologyConfig config(String kinds) {
        return Configuration.of(Map.of("segwatch.topology.cloudevents", kinds)).get(TopologyConfig.class);
    }

    private static Path schemaFile(Topic<?> topic) {
        return Path.of("../docs/schemas", topic.topicName().substring("segwatch.".length()) + ".json");
    }

    private static JsonObject read(Path file) throws IOException {
        return new JsonObject(Files.readString(file));
    }

    private static Validator schema(Topic<?> topic) throws IOException {
        return Validator.create(
                JsonSchema.of(read(schemaFile(topic))),
                new JsonSchemaOptions().setBaseUri("urn:segwatch:schema:").setDraft(Draft.DRAFT202012));
    }

    /** A person for a minute, then nobody. */
    private TopologyTestDriver run(EventKinds events) {
        Properties properties = Kafka.local("none:1", Map.of(), 1).clientProperties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        DefinitionSnapshot definitions = new DefinitionSnapshot(Map.of(), Map.of(), Map.of("door", RULE));
        TopologyTestDriver driver = new TopologyTestDriver(
                StreamTopology.build(
                        OPTIONS, () -> definitions, new RecordLag(Duration.ofDays(1)), events, new ShareGauges(0)),
                properties,
                Instant.ofEpochMilli(START));
        var observations = driver.createInputTopic(
                Topic.OBSERVATIONS.topicName(), new StringSerializer(), new ByteArraySerializer());
        for (int i = 0; i < 700; i++) {
            var observation = SampleObservations.observation(i, "person", i < 600 ? 0.1 : 0);
            observations.pipeInput(CAMERA, observation.toByteArray(), observation.getObservedAtMs());
        }
        return driver;
    }

    private static <T extends MessageLite> List<TestRecord<String, T>> facts(
            TopologyTestDriver driver, Topic<T> topic) {
        return records(driver, topic, new ProtoSerde<>(topic).deserializer());
    }

    private static List<TestRecord<String, byte[]>> events(TopologyTestDriver driver, Topic<?> topic) {
        return records(driver, topic, (name, bytes) -> bytes);
    }

    private static <T> List<TestRecord<String, T>> records(
            TopologyTestDriver driver, Topic<?> topic, Deserializer<T> values) {
        return driver.createOutputTopic(topic.topicName(), new StringDeserializer(), values)
                .readRecordsToList();
    }

    private static String header(TestRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
