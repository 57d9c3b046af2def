package io.segwatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Retention;
import io.segwatch.contracts.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TopicSetupIT {
    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(3);

    @Test
    void topicsThatAreThereKeepWhatIsConfiguredNow() throws Exception {
        assertThat(config(Topic.AREAS).get("retention.ms").value())
                .isEqualTo(Long.toString(Duration.ofDays(7).toMillis()));

        Retention shorter = new Retention(Duration.ofMinutes(30), 64 << 20);
        List<TopicSetup.Size> sizes = new TopicSetup(KAFKA.kafka(), Map.of(Topic.AREAS, shorter)).apply();

        Config areas = whereKeptForMs("1800000");
        assertThat(areas.get("retention.bytes").value()).isEqualTo("67108864");
        // A segment that is not closed is not dropped.
        assertThat(areas.get("segment.ms").value()).isEqualTo("900000");
        assertThat(areas.get("cleanup.policy").value()).isEqualTo("delete");
        assertThat(sizes)
                .filteredOn(size -> size.topic() == Topic.AREAS)
                .singleElement()
                .satisfies(size -> assertThat(size.bytes()).isEqualTo(3L * (64 + 16 << 20)));
        assertThat(sizes).noneMatch(size -> size.topic().isCompacted()).hasSizeGreaterThan(6);

        // What is no longer configured goes back to its default.
        new TopicSetup(KAFKA.kafka(), Map.of()).apply();
        whereKeptForMs(Long.toString(Duration.ofDays(7).toMillis()));
    }

    @Test
    void furtherSettingsAreGivenToTopicsThatAreThere() throws Exception {
        assertThat(config(Topic.ALERTS).get("compression.type").value()).isEqualTo("producer");
        new TopicSetup(KAFKA.kafka(), Map.of(), Map.of(Topic.ALERTS, Map.of("compression.type", "zstd"))).apply();
        await().untilAsserted(() ->
                assertThat(config(Topic.ALERTS).get("compression.type").value()).isEqualTo("zstd"));
    }

    /** A broker shows what the controller has taken when it has read it. */
    private static Config whereKeptForMs(String ms) {
        return await().until(
                        () -> config(Topic.AREAS),
                        config -> config.get("retention.ms").value().equals(ms));
    }

    private static Config config(Topic<?> topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
        try (Admin admin = Admin.create(KAFKA.kafka().clientProperties())) {
            return admin.describeConfigs(List.of(resource)).all().get().get(resource);
        }
    }
}
