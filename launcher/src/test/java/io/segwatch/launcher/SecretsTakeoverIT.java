package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.SealedSecrets;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Webhook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SecretsTakeoverIT {
    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(1);

    @TempDir
    Path folder;

    @Test
    void whatAnEarlierVersionKeptInFilesAndAddressesIsTakenOverOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("credentials"), "door.user=ann\ndoor.password=hunter9\n");
        Path hooks = Files.writeString(folder.resolve("hooks"), "desk=" + Secrets.random() + "\n");
        camera("door", "rtsp://10.0.0.1/a", "door");
        camera("open", "http://10.0.0.2/cgi?user=bob&pwd=hunter9", "");
        camera("both", "http://10.0.0.1:554/cgi?token=hunter9", "door");
        webhook("desk", "https://example.com/alerts?key=hunter9", Webhook.Format.STRUCTURED);
        webhook("chat", "https://hooks.slack.com/services/T0/B0/hunter9", Webhook.Format.SLACK);
        try (SealedSecrets sealed = SealedSecrets.open(KAFKA.kafka(), folder.resolve("key"))) {
            Credentials credentials = new Credentials(sealed, file);
            Secrets secrets = new Secrets(sealed, hooks);
            new SecretsTakeover(KAFKA.kafka(), credentials, secrets).run();

            assertThat(credentials.find("door", "rtsp://10.0.0.1:554")).isPresent();
            assertThat(credentials
                            .find("open", "http://10.0.0.2:80")
                            .orElseThrow()
                            .values())
                    .extracting(value -> value.getKey() + "=" + value.getValue())
                    .containsExactly("user=bob", "pwd=hunter9");
            assertThat(secrets.find("desk", "https://example.com:443")).hasSize(1);
            assertThat(secrets.parts("desk", "https://example.com:443").values())
                    .hasSize(1);
            assertThat(secrets.parts("chat", "https://hooks.slack.com:443").values())
                    .hasSize(1);
            assertThat(Files.readString(file)).doesNotContain("hunter9");
            assertThat(Files.readString(hooks)).doesNotContain("whsec_");
            assertThat(newest("open").getUrl()).isEqualTo("http://10.0.0.2/cgi?user=***&pwd=***");
            assertThat(newest("open").getCredentials()).isEqualTo("open");
            assertThat(newest("both").getUrl()).isEqualTo("http://10.0.0.1:554/cgi?token=***");

            long written = WholeTopic.read(KAFKA.kafka(), Topic.SECRETS).size();
            new SecretsTakeover(KAFKA.kafka(), credentials, secrets).run();
            assertThat(WholeTopic.read(KAFKA.kafka(), Topic.SECRETS)).hasSize((int) written);
        }
    }

    private static Camera newest(String id) {
        List<ConsumerRecord<String, byte[]>> records = WholeTopic.read(KAFKA.kafka(), Topic.CAMERAS).stream()
                .filter(record -> record.key().equals(id))
                .toList();
        return Topic.CAMERAS.parse(records.get(records.size() - 1).value());
    }

    private static void camera(String id, String url, String credentials) throws Exception {
        Camera camera = Camera.newBuilder()
                .setId(id)
                .setUrl(url)
                .setCredentials(credentials)
                .build();
        Kafka.sender(Topic.CAMERAS, KAFKA.producer(), "test").send(id, camera).get();
    }

    private static void webhook(String id, String url, Webhook.Format format) throws Exception {
        Webhook webhook =
                Webhook.newBuilder().setId(id).setUrl(url).setFormat(format).build();
        Kafka.sender(Topic.WEBHOOKS, KAFKA.producer(), "test").send(id, webhook).get();
    }
}
