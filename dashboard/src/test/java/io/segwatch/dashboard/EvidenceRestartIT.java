package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ForkedProcess;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Evidence;
import io.segwatch.v1.Evidence.Moment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of alerts when the process that keeps it is killed, or another one shares the work. */
class EvidenceRestartIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int PARTITIONS = 4;

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(PARTITIONS);

    @TempDir
    static Path folder;

    private static ForkedProcess dashboard() throws Exception {
        return new ForkedProcess(
                        DashboardProcess.class, folder, KAFKA.clientFile().toString(), folder.toString())
                .start();
    }

    private static void camera(String id) throws Exception {
        Camera camera = Camera.newBuilder().setId(id).setUrl("file:/a.mp4").build();
        Kafka.sender(Topic.CAMERAS, KAFKA.producer(), "test").send(id, camera).get();
    }

    private static AlertStory story(String camera) throws Exception {
        return new AlertStory(KAFKA.kafka(), KAFKA.producer(), camera, "car").happens();
    }

    private static void assertKeptOnce(AlertStory story) {
        assertThat(story.pictures())
                .extracting(Evidence::getMoment)
                .as(story.alert)
                .containsExactly(Moment.OPEN, Moment.PEAK, Moment.END);
        assertThat(story.clips().size()).as(story.alert).isEqualTo(1);
    }

    /** As if the process had been killed after it wrote, and before it said so. */
    private static void forgetWhatWasCommitted() {
        Map<TopicPartition, OffsetAndMetadata> beginning = new HashMap<>();
        for (int i = 0; i < PARTITIONS; i++) {
            beginning.put(new TopicPartition(Topic.ALERTS.topicName(), i), new OffsetAndMetadata(0));
        }
        try (Admin admin = Admin.create(KAFKA.kafka().clientProperties())) {
            // Kafka notices after some seconds that the process is gone.
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptions()
                    .until(() -> {
                        admin.alterConsumerGroupOffsets("segwatch-evidence", beginning)
                                .all()
                                .get();
                        return true;
                    });
        }
    }

    @Test
    void killedBetweenWritingAndCommittingItMakesNothingTwiceAndCatchesUp() throws Exception {
        camera("killed");
        AlertStory before;
        try (ForkedProcess first = dashboard()) {
            before = story("killed");
            await().atMost(PATIENCE).untilAsserted(() -> assertKeptOnce(before));
            assertThat(first.isAlive()).isTrue();
        }
        AlertStory meanwhile = story("killed");
        forgetWhatWasCommitted();
        try (ForkedProcess second = dashboard()) {
            await().atMost(PATIENCE).untilAsserted(() -> assertKeptOnce(meanwhile));
            assertKeptOnce(before);
            assertThat(second.isAlive()).isTrue();
        }
    }

    @Test
    void whenOneOfTwoIsKilledTheOtherGoesOnWithItsCameras() throws Exception {
        List<AlertStory> stories = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            camera("shared-" + i);
        }
        try (ForkedProcess first = dashboard();
                ForkedProcess second = dashboard()) {
            for (int i = 0; i < 3; i++) {
                stories.add(story("shared-" + i));
            }
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(stories.get(0).pictures().size()).isPositive());
            for (int i = 3; i < 6; i++) {
                stories.add(story("shared-" + i));
            }
            first.kill();
            for (AlertStory story : stories) {
                await().atMost(PATIENCE).untilAsserted(() -> assertKeptOnce(story));
            }
            assertThat(second.isAlive()).isTrue();
        }
    }
}
