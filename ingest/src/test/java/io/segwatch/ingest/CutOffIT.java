package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.broker.EmbeddedBroker;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TopicReader;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Frame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CutOffIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private IngestRole start(Kafka kafka, boolean share) {
        return IngestRole.start(
                kafka,
                Configuration.of(Map.of()).get(IngestConfig.class),
                new Credentials(folder.resolve("credentials.properties")),
                share);
    }

    private static void define(Kafka kafka, Camera camera) {
        try (Producer<String, byte[]> producer = kafka.producer("test")) {
            Kafka.sender(Topic.CAMERAS, producer, "test").send(camera.getId(), camera);
        }
    }

    @Test
    void whoHearsNothingOfTheGroupStopsGrabbingAndBeginsAgainWithIt() throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0, 0);
        int port = Integer.parseInt(broker.bootstrapServers().split(":")[1]);
        Kafka kafka = Kafka.local(broker.bootstrapServers(), broker.clientSettings(), 1);
        kafka.createTopics();
        try (LiveCamera camera = new LiveCamera("door");
                TopicReader<Frame> frames = new TopicReader<>(kafka, Topic.FRAMES);
                IngestRole role = start(kafka, true)) {
            define(kafka, camera.definition());
            Frame before = frames.await("door", frame -> true);
            broker.close();
            await().atMost(PATIENCE).until(() -> camera.watching() == 0);
            assertThat(role.alive()).isTrue();
            broker = EmbeddedBroker.start(folder.resolve("broker"), port, 0);
            await().atMost(PATIENCE).until(() -> camera.watching() == 1);
            frames.await(
                    "door", frame -> frame.getId().getEpoch() > before.getId().getEpoch());
        } finally {
            broker.close();
        }
    }

    @Test
    void aKafkaThatAllowsNoShortSessionIsAskedForItsShortest() throws Exception {
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(folder.resolve("broker"), 0, 0, Map.of("group.min.session.timeout.ms", "6000"))) {
            Kafka kafka = Kafka.local(broker.bootstrapServers(), broker.clientSettings(), 1);
            kafka.createTopics();
            try (LiveCamera camera = new LiveCamera("door");
                    TopicReader<Frame> frames = new TopicReader<>(kafka, Topic.FRAMES);
                    IngestRole role = start(kafka, true)) {
                define(kafka, camera.definition());
                frames.await("door", frame -> true);
                assertThat(role.alive()).isTrue();
                assertThat(role.notReady()).isEmpty();
            }
        }
    }

    @Test
    void twoThatDoNotShareAreTold() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0, 0)) {
            Kafka kafka = Kafka.local(broker.bootstrapServers(), broker.clientSettings(), 1);
            kafka.createTopics();
            try (LiveCamera camera = new LiveCamera("door");
                    TopicReader<CameraStatus> statuses = new TopicReader<>(kafka, Topic.CAMERA_STATUS);
                    IngestRole one = start(kafka, false);
                    IngestRole other = start(kafka, true)) {
                define(kafka, camera.definition());
                statuses.await(
                        "door",
                        status -> status.getReason().contains("Also grabbed by")
                                && status.getReason().contains("segwatch.ingest.share=true"));
                assertThat(one.notReady()).isEmpty();
                assertThat(other.notReady()).isEmpty();
            }
        }
    }
}
