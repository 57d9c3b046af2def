package io.segwatch.topology;

import static io.segwatch.topology.SampleObservations.CAMERA;
import static io.segwatch.topology.SampleObservations.START;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.prometheus.client.CollectorRegistry;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.ProtoSerde;
import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.topology.camera.DefinitionSnapshot;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.Query;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Zone;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamTopologyTest {
    private static final Rule RULE = Rule.newBuilder()
            .setId("door")
            .setQuery("person")
            .setEnter(0.05)
            .setExit(0.02)
            .setDwellMs(300)
            .build();
    private static final CameraProcessor.Options OPTIONS =
            new CameraProcessor.Options(2_000, 5_000, 30_000, 5_000, 600_000, 64, 0.25, 0.15);

    @TempDir
    Path folder;

    private DefinitionSnapshot definitions = rules(RULE);
    private TopologyTestDriver driver;

    @BeforeEach
    void start() {
        Properties properties = Kafka.local("none:1", Map.of(), 1).clientProperties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        driver = new TopologyTestDriver(
                StreamTopology.build(OPTIONS, () -> definitions), properties, Instant.ofEpochMilli(START));
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void sendsAreasAndAlertsWithDeterministicCloudEventsHeaders() {
        for (int i = 0; i < 35; i++) {
            send(SampleObservations.observation(i, "person", 0.1));
        }

        TestRecord<String, Alert> alert = records(Topic.ALERTS).get(0);
        assertThat(alert.value().getState()).isEqualTo(Alert.State.OPEN);
        assertThat(alert.key()).isEqualTo(CAMERA);
        assertThat(alert.timestamp()).isEqualTo(START + 300);
        assertThat(header(alert, "ce_type")).isEqualTo("io.segwatch.alerts.v1");
        assertThat(header(alert, "ce_source")).isEqualTo("/segwatch/topology");
        assertThat(header(alert, "ce_id")).isEqualTo(alert.value().getId() + "/OPEN/" + (START + 300));
        assertThat(header(alert, "ce_time"))
                .isEqualTo(Instant.ofEpochMilli(START + 300).toString());
        TestRecord<String, Area> area = records(Topic.AREAS).get(0);
        assertThat(area.timestamp()).isEqualTo(START + 1_000);
        assertThat(header(area, "ce_id")).isEqualTo("gate//0/person/1000/" + START + "/10");
    }

    @Test
    void sendsNoRecordFromTheFutureForACameraWhoseHostsLiveThere() {
        long aheadMs = System.currentTimeMillis() + 1_200_000;
        for (int i = 0; i < 50; i++) {
            send(SampleObservations.observation(1, i, aheadMs + i * 100L, Map.of("person", 0.1)));
        }

        TestRecord<String, Alert> alert = records(Topic.ALERTS).get(0);
        assertThat(alert.value().getAtMs()).isEqualTo(aheadMs + 300);
        assertThat(alert.timestamp()).isLessThanOrEqualTo(System.currentTimeMillis());
        assertThat(records(Topic.AREAS))
                .isNotEmpty()
                .allSatisfy(area -> assertThat(area.timestamp()).isLessThanOrEqualTo(System.currentTimeMillis()));
    }

    @Test
    void sendsNoAreaFromTheFuture() {
        for (int i = 0; i < 700; i++) {
            send(SampleObservations.observation(i, "person", 0.1));
            long nowMs = START + 100L * i;
            assertThat(records(Topic.AREAS))
                    .allSatisfy(area -> assertThat(area.timestamp()).isLessThanOrEqualTo(nowMs));
        }
    }

    @Test
    void putsAMalformedRecordExceptionAsideAndGoesOn() {
        raw().pipeInput(CAMERA, new byte[] {1, 2, 3});
        Observation mask =
                SampleObservations.observation(0, "person", 0.1).toBuilder().build();
        send(mask.toBuilder()
                .setQueries(
                        0,
                        mask.getQueries(0).toBuilder()
                                .setMask(Mask.newBuilder()
                                        .setWidth(2)
                                        .setHeight(2)
                                        .setCounts("09")))
                .build());
        send(SampleObservations.observation(0, "person", 0.1).toBuilder()
                .setTargetFps(-1)
                .build());
        send(SampleObservations.observation(0, "person", 0.1).toBuilder()
                .setCapturedAtMs(-1)
                .build());
        send(mask.toBuilder().addQueries(mask.getQueries(0)).build());
        raw().pipeInput("another", mask.toByteArray());
        raw().pipeInput(CAMERA, null);
        raw().pipeInput(null, mask.toByteArray());
        for (int i = 0; i < 10; i++) {
            send(SampleObservations.observation(i, "person", 0.1));
        }

        assertThat(records(Topic.DEAD_LETTER).stream()
                        .map(record -> record.value().getReason()))
                .satisfiesExactly(
                        reason -> assertThat(reason).startsWith("Not a message of topic segwatch.observations"),
                        reason -> assertThat(reason).contains("The mask of query person: A run of 9"),
                        reason -> assertThat(reason).contains("target_fps -1.0 is outside 0..1000"),
                        reason -> assertThat(reason).contains("is no time before the year 2200"),
                        reason -> assertThat(reason).contains("given twice"),
                        reason -> assertThat(reason).contains("frame.camera is not the record's key"),
                        reason -> assertThat(reason).contains("has its camera as key, and a value"),
                        reason -> assertThat(reason).contains("has its camera as key, and a value"));
        assertThat(alerts()).containsExactly("OPEN@300");
    }

    @Test
    void keepsTheEvidenceOfADeadLetter() {
        raw().pipeInput(CAMERA, new byte[] {1, 2, 3});

        DeadLetter letter = records(Topic.DEAD_LETTER).get(0).value();
        assertThat(letter.getTopic()).isEqualTo("segwatch.observations");
        assertThat(letter.getOffset()).isZero();
        assertThat(letter.getKey().toStringUtf8()).isEqualTo(CAMERA);
        assertThat(letter.getValue().toByteArray()).containsExactly(1, 2, 3);
        assertThat(letter.getRole()).isEqualTo("topology");
    }

    @Test
    void closesWindowsAndAlertsOfACameraThatFallsSilent() {
        for (int i = 0; i < 10; i++) {
            send(SampleObservations.observation(i, "person", 0.1));
        }
        driver.advanceWallClockTime(Duration.ofSeconds(4));
        assertThat(records(Topic.AREAS)).isEmpty();
        driver.advanceWallClockTime(Duration.ofSeconds(2));

        assertThat(records(Topic.AREAS))
                .extracting(record -> record.value().getWindowMs())
                .containsExactly(1_000L);
        for (int i = 0; i < 30; i++) {
            driver.advanceWallClockTime(Duration.ofSeconds(1));
        }
        assertThat(alerts()).containsExactly("OPEN@300", "CLOSE@30900");
    }

    @Test
    void takesATimeInWhichNothingCouldBeReadForNoSilence() {
        for (int i = 0; i < 10; i++) {
            send(SampleObservations.observation(i, "person", 0.1));
        }
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        // As while the broker is away and the thread waits for it.
        driver.advanceWallClockTime(Duration.ofSeconds(60));
        for (int i = 10; i < 20; i++) {
            send(SampleObservations.observation(i, "person", 0.1));
        }
        assertThat(alerts()).containsExactly("OPEN@300");

        for (int i = 0; i < 31; i++) {
            driver.advanceWallClockTime(Duration.ofSeconds(1));
        }
        assertThat(alerts()).containsExactly("CLOSE@31900");
    }

    @Test
    void closesTheAlertOfARemovedRuleWithoutAnyFrame() {
        for (int i = 0; i < 10; i++) {
            send(SampleObservations.observation(i, "person", 0.1));
        }
        definitions = rules();
        driver.advanceWallClockTime(Duration.ofSeconds(1));

        assertThat(alerts()).containsExactly("OPEN@300", "CLOSE@900");
        assertThat(parts()).doesNotContainKey("gate\nrules");
    }

    @Test
    void measuresAZoneFromTheFrameAfterItWasDrawn() {
        send(SampleObservations.observation(0, "person", 0.5));
        Camera camera = Camera.newBuilder()
                .setId(CAMERA)
                .addZones(Zone.newBuilder()
                        .setId("left")
                        .setVersion(1)
                        .addRings(Ring.newBuilder()
                                .addPoints(Point.newBuilder())
                                .addPoints(Point.newBuilder().setX(1))
                                .addPoints(Point.newBuilder().setX(1).setY(1))
                                .addPoints(Point.newBuilder().setY(1))))
                .build();
        definitions = new DefinitionSnapshot(Map.of(CAMERA, camera), Map.of(), Map.of());
        for (int i = 1; i < 40; i++) {
            send(SampleObservations.observation(i, "person", 0.5));
        }

        assertThat(records(Topic.AREAS))
                .extracting(record -> record.value().getZone() + record.value().getFramesSeen())
                .startsWith("10", "left9");
    }

    @Test
    void fillsTheAreasOfABackfilledQueryAndTouchesNothingElse() {
        definitions = rules(
                RULE,
                RULE.toBuilder().setId("car").setQuery("car").setDwellMs(0).build());
        for (int i = 0; i < 100; i++) {
            send(SampleObservations.observation(i, "person", 0.0));
        }
        records(Topic.AREAS);
        for (int i = 20; i < 40; i++) {
            send(SampleObservations.observation(i, "car", 0.3).toBuilder()
                    .setBackfill(true)
                    .build());
        }
        for (int i = 0; i < 6; i++) {
            driver.advanceWallClockTime(Duration.ofSeconds(1));
        }

        assertThat(records(Topic.AREAS).stream()
                        .map(TestRecord::value)
                        .filter(area -> area.getQuery().equals("car"))
                        .map(area -> area.getWindowStartMs() - START + "+" + area.getWindowMs() + ": "
                                + area.getFramesSeen()))
                .containsExactly("2000+1000: 10", "3000+1000: 10");
        assertThat(alerts()).isEmpty();
        assertThat(parts().keySet()).noneMatch(key -> key.contains("backfill"));
    }

    @Test
    void publishesCalibrationsAndAnAlertOfDrift() {
        Query query = Query.newBuilder().setId("person").setText("a person").build();
        definitions = new DefinitionSnapshot(Map.of(), Map.of("person", query), Map.of());
        // At one frame a second; after a while other shares.
        for (int i = 0; i < 1_400; i++) {
            send(SampleObservations.observation(1, i, START + i * 1_000L, Map.of("person", i < 700 ? 0.1 : 0.6)));
        }

        TestRecord<String, Alert> alert = records(Topic.ALERTS).get(0);
        assertThat(alert.value().getState()).isEqualTo(Alert.State.OPEN);
        assertThat(alert.value().getRule()).isEqualTo("drift:person");
        assertThat(alert.value().getReason())
                .startsWith("a person is ")
                .contains("away from its accepted baseline (trigger above 25.0 %)");
        TestRecord<String, Calibration> last = last(records(Topic.CALIBRATIONS));
        assertThat(last.key()).isEqualTo("gate//person");
        assertThat(last.value().getDrifted()).isTrue();
        assertThat(CollectorRegistry.defaultRegistry.getSampleValue(
                        "segwatch_topology_drift",
                        new String[] {"camera", "query", "measure"},
                        new String[] {CAMERA, "person", "share"}))
                .isGreaterThan(0.25);

        definitions = new DefinitionSnapshot(Map.of(), Map.of(), Map.of());
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        TestRecord<String, Calibration> gone = last(records(Topic.CALIBRATIONS));
        assertThat(gone.key()).isEqualTo("gate//person");
        assertThat(gone.value()).isNull();
        assertThat(alerts()).singleElement().asString().startsWith("CLOSE@");
        assertThat(parts().keySet()).noneMatch(key -> key.contains("calibration"));
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    @Test
    void forgetsACameraThatIsGone() {
        send(SampleObservations.observation(0, "person", 0.1));
        assertThat(parts()).containsKey("gate\nclock");
        for (int i = 0; i < 60 * 62; i++) {
            driver.advanceWallClockTime(Duration.ofSeconds(1));
        }

        assertThat(parts()).isEmpty();
    }

    @Test
    void forgetsAtOnceACameraThatWasErasedAndKnowsItAgainFromThenOn() {
        send(SampleObservations.observation(0, "person", 0.1));
        assertThat(parts()).containsKey("gate\nclock");
        long later = SampleObservations.observation(0, "person", 0.1).getCapturedAtMs() + 60_000;
        definitions = new DefinitionSnapshot(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(CAMERA, later));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(parts()).isEmpty();

        send(SampleObservations.observation(2, 0, later + 1, Map.of("person", 0.1)));
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(parts()).containsKey("gate\nclock");
    }

    private static DefinitionSnapshot rules(Rule... rules) {
        Map<String, Rule> byId = new HashMap<>();
        for (Rule rule : rules) {
            byId.put(rule.getId(), rule);
        }
        return new DefinitionSnapshot(Map.of(), Map.of(), byId);
    }

    private void send(Observation observation) {
        raw().pipeInput(CAMERA, observation.toByteArray(), observation.getObservedAtMs());
    }

    private TestInputTopic<String, byte[]> raw() {
        return driver.createInputTopic(
                Topic.OBSERVATIONS.topicName(), new StringSerializer(), new ByteArraySerializer());
    }

    private List<String> alerts() {
        return records(Topic.ALERTS).stream()
                .map(record -> record.value().getState() + "@" + (record.value().getAtMs() - START))
                .toList();
    }

    private <T extends MessageLite> List<TestRecord<String, T>> records(Topic<T> topic) {
        return driver.createOutputTopic(
                        topic.topicName(), new StringDeserializer(), new ProtoSerde<>(topic).deserializer())
                .readRecordsToList();
    }

    private static String header(TestRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private Map<String, byte[]> parts() {
        Map<String, byte[]> parts = new HashMap<>();
        try (var all =
                driver.<String, byte[]>getKeyValueStore(StreamTopology.STORE).all()) {
            all.forEachRemaining(part -> parts.put(part.key, part.value));
        }
        return parts;
    }
}
