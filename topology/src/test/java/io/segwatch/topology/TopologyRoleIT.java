package io.segwatch.topology;

import static io.segwatch.topology.SampleObservations.CAMERA;
import static io.segwatch.topology.SampleObservations.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import com.google.protobuf.util.JsonFormat;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.role.Role;
import io.segwatch.topology.backtest.Backtest;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.BacktestReport;
import io.segwatch.v1.BacktestRequest;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraNow;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.Query;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Zone;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class TopologyRoleIT {
    private static final Logger log = LoggerFactory.getLogger(TopologyRoleIT.class);

    /** An hour at 10 fps. */
    private static final int FRAMES = 36_000;

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(2);

    @TempDir
    static Path folder;

    private static Kafka kafka;
    private static Producer<String, byte[]> producer;

    @BeforeAll
    static void startBroker() throws Exception {
        kafka = KAFKA.kafka();
        producer = KAFKA.producer();
    }

    @Test
    void turnsObservationsIntoAreasAndAlertsAndPutsTheMalformedAside() throws Exception {
        Rule rule = Rule.newBuilder()
                .setId("door")
                .addCameras(CAMERA)
                .setQuery("person")
                .setEnter(0.05)
                .setExit(0.02)
                .setDwellMs(500)
                .build();
        send(Topic.RULES, "door", rule);
        try (TopologyRole role = TopologyRole.start(kafka, config("state", "127.0.0.1:9464"))) {
            producer.send(new ProducerRecord<>(Topic.OBSERVATIONS.topicName(), CAMERA, new byte[] {1, 2, 3}));
            for (int i = 0; i < 60; i++) {
                send(Topic.OBSERVATIONS, CAMERA, SampleObservations.observation(i, "person", i < 30 ? 0.1 : 0));
            }
            Observation broken = SampleObservations.observation(60, "person", 0).toBuilder()
                    .setTargetFps(Double.NaN)
                    .build();
            send(Topic.OBSERVATIONS, CAMERA, broken);

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> WholeTopic.read(kafka, Topic.DEAD_LETTER).size() == 2);
            assertThat(role.notReady()).isEmpty();
            // The wall clock closes the last windows, as the camera is silent.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> areas().stream()
                            .anyMatch(area -> area.getCamera().equals(CAMERA)
                                    && area.getWindowMs() == 1_000
                                    && area.getWindowStartMs() == START + 5_000));
        }

        List<Alert> alerts = alerts().stream()
                .filter(alert -> alert.getCamera().equals(CAMERA))
                .toList();
        assertThat(alerts).extracting(Alert::getState).containsExactly(Alert.State.OPEN, Alert.State.CLOSE);
        assertThat(alerts).extracting(Alert::getAtMs).containsExactly(START + 500, START + 3_000);
        assertThat(areas().stream()
                        .filter(area -> area.getCamera().equals(CAMERA) && area.getWindowMs() == 1_000)
                        .map(area -> Math.round(area.getMean() * 1_000)))
                .containsExactly(100L, 100L, 100L, 0L, 0L, 0L);
        assertThat(WholeTopic.read(kafka, Topic.DEAD_LETTER).stream()
                        .map(record -> Topic.DEAD_LETTER.parse(record.value()))
                        .map(DeadLetter::getReason))
                .anySatisfy(reason -> assertThat(reason).contains("Not a message"))
                .anySatisfy(reason -> assertThat(reason).contains("target_fps"));
        assertThat(new String(
                        WholeTopic.read(kafka, Topic.ALERTS)
                                .get(0)
                                .headers()
                                .lastHeader("ce_type")
                                .value(),
                        StandardCharsets.UTF_8))
                .isEqualTo("io.segwatch.alerts.v1");
    }

    @Test
    void tellsWhatIsOpenNowInTheProcessThatHasTheCameraAndWhereThatIsInTheOther() throws Exception {
        List<String> cameras = List.of("now-a", "now-b", "now-c", "now-d");
        send(
                Topic.RULES,
                "now",
                rule("now").setQuery("person").addAllCameras(cameras).build());
        try (TopologyRole one = TopologyRole.start(kafka, config("one", "one:1"));
                TopologyRole two = TopologyRole.start(kafka, config("two", "two:2"))) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> one.notReady().isEmpty() && two.notReady().isEmpty());
            for (String camera : cameras) {
                for (int i = 0; i < 150; i++) {
                    send(Topic.OBSERVATIONS, camera, with(camera, SampleObservations.observation(i, "person", 0.2)));
                }
            }
            for (String camera : cameras) {
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                    List<Role.Response> replies = Stream.of(one, two)
                            .map(role -> role.get("cameras/" + camera).orElseThrow())
                            .sorted(Comparator.comparing(Role.Response::status))
                            .toList();
                    assertThat(replies).extracting(Role.Response::status).containsExactly(200, 307);
                    assertThat(replies.get(1).location().orElseThrow())
                            .isIn("http://one:1/topology/cameras/" + camera, "http://two:2/topology/cameras/" + camera);
                    CameraNow.Builder now = CameraNow.newBuilder();
                    JsonFormat.parser().merge(replies.get(0).body(), now);
                    assertThat(now.getOpenAlertsList())
                            .as(replies.get(0).body())
                            .extracting(Alert::getRule, Alert::getOpenedAtMs)
                            .containsExactly(tuple("now", START));
                    assertThat(now.getOpenWindowsList())
                            .extracting(Area::getWindowMs)
                            .contains(60_000L);
                });
            }
            Stream.of(one, two)
                    .map(role -> role.get("cameras/nobody").orElseThrow())
                    .forEach(reply -> assertThat(reply.status()).isIn(404, 307));
            assertThat(one.get("elsewhere")).isEmpty();
        }
        producer.send(new ProducerRecord<>(Topic.RULES.topicName(), "now", null));
        producer.flush();
    }

    /** The broker refuses a record from more than an hour ahead; the role must not ask it to take one. */
    @Test
    void aCameraInTheYear2100LeavesTheOthersTheirAreasAndAlertsAlsoAfterARestart() throws Exception {
        List<String> others = List.of("present-a", "present-b", "present-c");
        send(
                Topic.RULES,
                "present",
                rule("present")
                        .setQuery("person")
                        .clearCameras()
                        .addAllCameras(others)
                        .addCameras("ahead")
                        .build());
        TopologyConfig config = config("ahead", "127.0.0.1:9464");
        try (TopologyRole role = TopologyRole.start(kafka, config)) {
            sendFromTheYear2100(0);
            alertsOpenOn(others, 1, role);
        }
        try (TopologyRole role = TopologyRole.start(kafka, config)) {
            sendFromTheYear2100(1);
            alertsOpenOn(others, 2, role);
        }
        producer.send(new ProducerRecord<>(Topic.RULES.topicName(), "present", null));
        producer.flush();
    }

    private static void sendFromTheYear2100(long epoch) {
        for (int i = 0; i < 5; i++) {
            Observation observation = SampleObservations.observation(
                    epoch + 1, i, 4_102_444_800_000L + i * 2_000L, Map.of("person", 0.2));
            send(Topic.OBSERVATIONS, "ahead", with("ahead", observation));
        }
    }

    /** Sends each camera a presence of its own epoch, and waits for its alert and its areas. */
    private static void alertsOpenOn(List<String> cameras, long epoch, TopologyRole role) {
        long from = START + epoch * 60_000;
        for (String camera : cameras) {
            for (int i = 0; i < 60; i++) {
                Observation observation =
                        SampleObservations.observation(epoch, i, from + i * 100, Map.of("person", i < 30 ? 0.2 : 0));
                send(Topic.OBSERVATIONS, camera, with(camera, observation));
            }
        }
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            for (String camera : cameras) {
                assertThat(alerts())
                        .extracting(Alert::getCamera, Alert::getState, Alert::getAtMs)
                        .contains(
                                tuple(camera, Alert.State.OPEN, from), tuple(camera, Alert.State.CLOSE, from + 3_000));
                assertThat(areas()).anySatisfy(area -> {
                    assertThat(area.getCamera()).isEqualTo(camera);
                    assertThat(area.getWindowStartMs()).isEqualTo(from + 5_000);
                });
            }
        });
        assertThat(role.alive()).isTrue();
        assertThat(role.notReady()).isEmpty();
    }

    /** As a process leaves it that is killed while it makes or drops a store. */
    @Test
    void readsItsStateAnewFromKafkaWhenWhatLiesOnTheDiskIsBroken() throws Exception {
        TopologyConfig config = config("broken", "127.0.0.1:9464");
        String path = "cameras/broken";
        Role.Response before;
        try (TopologyRole role = TopologyRole.start(kafka, config)) {
            for (int i = 0; i < 150; i++) {
                send(Topic.OBSERVATIONS, "broken", with("broken", SampleObservations.observation(i, "person", 0.2)));
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> areas().stream()
                            .anyMatch(area -> area.getCamera().equals("broken") && area.getWindowMs() == 10_000));
            before = role.get(path).orElseThrow();
        }
        int broken = 0;
        try (Stream<Path> files = Files.walk(config.stateDir())) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith("MANIFEST"))
                    .toList()) {
                Files.delete(file);
                broken++;
            }
        }
        assertThat(broken).isPositive();

        try (TopologyRole role = TopologyRole.start(kafka, config)) {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(role.notReady()).isEmpty();
                assertThat(role.get(path).orElseThrow()).isEqualTo(before);
            });
        }
    }

    @Test
    void asksTheBrokerForStandbyReplicas() throws Exception {
        GroupSettings.standbyReplicas(kafka, 1);
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, StreamSettings.APPLICATION_ID);

        try (Admin admin = Admin.create(kafka.clientProperties())) {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(admin.describeConfigs(List.of(group))
                                    .all()
                                    .get()
                                    .get(group)
                                    .get("streams.num.standby.replicas")
                                    .value())
                            .isEqualTo("1"));
        }
        GroupSettings.standbyReplicas(kafka, 0);
    }

    @Test
    void backtestsToTheVeryEventsThatItSentLive() throws Exception {
        Camera camera = Camera.newBuilder()
                .setId("yard")
                .setUrl("file:/yard.mp4")
                .addZones(Zone.newBuilder()
                        .setId("left")
                        .setName("Left")
                        .setVersion(3)
                        .addRings(Ring.newBuilder()
                                .addPoints(Point.newBuilder())
                                .addPoints(Point.newBuilder().setX(0.45).setY(0.05))
                                .addPoints(Point.newBuilder().setX(0.6).setY(1))))
                .build();
        send(Topic.CAMERAS, "yard", camera);
        send(
                Topic.QUERIES,
                "person",
                Query.newBuilder().setId("person").setText("a person").build());
        send(
                Topic.QUERIES,
                "car",
                Query.newBuilder().setId("car").setText("car").build());
        List<Rule> rules = List.of(
                rule("flicker")
                        .setQuery("person")
                        .setZone("left")
                        .setK(3)
                        .setN(5)
                        .build(),
                rule("dwell")
                        .setQuery("car")
                        .setDwellMs(900)
                        .setExitDwellMs(300)
                        .setCooldownMs(2_000)
                        .build(),
                rule("both")
                        .setExpression("person > 8 % and not car > 12 %")
                        .setMaxAlertsPerHour(20)
                        .build(),
                rule("small").setQuery("person").setMinComponent(0.05).build(),
                rule("absent")
                        .setQuery("car")
                        .setBelow(true)
                        .setEnter(0.04)
                        .setExit(0.08)
                        .build(),
                rule("ratio").setExpression("car / person > 2 and dwell 1 s").build(),
                rule("unusual")
                        .setQuery("person")
                        .setZone("left")
                        .setMeasure(Rule.Measure.CHANGE)
                        .setEnter(1.5)
                        .setExit(0.7)
                        .build(),
                rule("less")
                        .setQuery("car")
                        .setMeasure(Rule.Measure.CHANGE)
                        .setBelow(true)
                        .setEnter(-1)
                        .setExit(-0.5)
                        .build(),
                rule("usual-ratio")
                        .setExpression("change(car) > 1 and person > 5 %")
                        .build());
        for (Rule rule : rules) {
            send(Topic.RULES, rule.getId(), rule);
        }
        Random random = new Random(17);
        double person = 0.1;
        double car = 0.1;
        try (TopologyRole role = TopologyRole.start(kafka, config("replayed", "127.0.0.1:9464"))) {
            // The same hour of the day before, a frame in ten seconds.
            for (int i = 0; i < 360; i++) {
                Observation before = SampleObservations.observation(
                        0,
                        i,
                        START - 86_400_000 + i * 10_000L,
                        Map.of("person", 0.1 + i % 3 * 0.04, "car", 0.05 + i % 5 * 0.04));
                send(Topic.OBSERVATIONS, "yard", with("yard", before));
            }
            for (int i = 0; i < FRAMES; i++) {
                person = Math.max(0, Math.min(0.3, person + random.nextGaussian() * 0.02));
                car = Math.max(0, Math.min(0.3, car + random.nextGaussian() * 0.02));
                // Now and then the clock jumps, a frame is missing, or comes twice.
                long at = START + i * 100L + (random.nextInt(200) == 0 ? random.nextInt(3_000) - 1_500 : 0);
                Observation observation =
                        SampleObservations.observation(1, i, at, Map.of("person", person, "car", car));
                observation = with("yard", observation);
                for (int copies = random.nextInt(100) == 0 ? random.nextInt(3) : 1; copies > 0; copies--) {
                    producer.send(
                            new ProducerRecord<>(Topic.OBSERVATIONS.topicName(), "yard", observation.toByteArray()));
                }
            }
            // A minute later all that was open has been silent for too long.
            send(
                    Topic.OBSERVATIONS,
                    "yard",
                    SampleObservations.observation(1, FRAMES, START + FRAMES * 100L + 60_000, Map.of()).toBuilder()
                            .setFrame(FrameId.newBuilder().setCamera("yard").setEpoch(2))
                            .build());
            await().atMost(Duration.ofSeconds(240))
                    .until(() -> areas().stream()
                            .anyMatch(area -> area.getCamera().equals("yard")
                                    && area.getWindowMs() == 1_000
                                    && area.getWindowStartMs() == START + FRAMES * 100L - 1_000));
            assertThat(role.alive()).isTrue();
        }
        Backtest backtest = new Backtest(kafka, Configuration.of(Map.of()).get(TopologyConfig.class));
        for (Rule rule : rules) {
            BacktestReport report = backtest.run(BacktestRequest.newBuilder()
                    .setCamera("yard")
                    .setRule(rule)
                    .setFromMs(START)
                    .setToMs(START + FRAMES * 100L + 60_000)
                    .build());

            List<Alert> live = alerts().stream()
                    .filter(alert -> alert.getRule().equals(rule.getId())
                            && alert.getCamera().equals("yard"))
                    .filter(alert -> alert.getOpenedAtMs() >= START)
                    .toList();
            assertThat(report.getAlertsList()).as(rule.getId()).isEqualTo(live).hasSizeGreaterThan(10);
            assertThat(report.getHistogramList().stream()
                                    .mapToLong(Long::longValue)
                                    .sum()
                            + report.getUnanswered())
                    .as("frames in the histogram of %s, and those that say nothing to it", rule.getId())
                    .isBetween(report.getFrames() - 1, report.getFrames());
            log.info("A backtest of {} frames took {} ms", report.getFrames(), Math.round(report.getTookMs()));
        }
    }

    private static Observation with(String camera, Observation observation) {
        FrameId frame = observation.getFrame().toBuilder().setCamera(camera).build();
        return observation.toBuilder().setFrame(frame).build();
    }

    private static Rule.Builder rule(String id) {
        return Rule.newBuilder().setId(id).addCameras("yard").setEnter(0.1).setExit(0.06);
    }

    private static void send(Topic<?> topic, String key, MessageLite value) {
        producer.send(new ProducerRecord<>(topic.topicName(), key, value.toByteArray()));
        producer.flush();
    }

    private static List<Alert> alerts() {
        return WholeTopic.read(kafka, Topic.ALERTS).stream()
                .map(record -> Topic.ALERTS.parse(record.value()))
                .toList();
    }

    private static List<Area> areas() {
        return WholeTopic.read(kafka, Topic.AREAS).stream()
                .map(record -> Topic.AREAS.parse(record.value()))
                .toList();
    }

    private static TopologyConfig config(String stateDir, String applicationServer) {
        return Configuration.of(Map.of(
                        "segwatch.topology.state-dir",
                        folder.resolve(stateDir).toString(),
                        "segwatch.topology.application-server",
                        applicationServer))
                .get(TopologyConfig.class);
    }
}
