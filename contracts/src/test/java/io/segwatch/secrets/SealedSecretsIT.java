package io.segwatch.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.AddressSecrets;
import io.segwatch.contracts.Login;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.SealedSecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SealedSecretsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String DOOR = "rtsp://10.0.0.1:554";
    private static final AddressSecrets LOGIN = AddressSecrets.of(new Login("ann", "hunter9 & ü"));

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(2);

    @TempDir
    Path folder;

    private SealedSecrets open(String keyFile) throws InterruptedException {
        return SealedSecrets.open(KAFKA.kafka(), folder.resolve(keyFile));
    }

    private Credentials credentials(SealedSecrets sealed) {
        return new Credentials(sealed, folder.resolve("none"));
    }

    private void sees(Credentials credentials, String name) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(credentials
                                .find(name, DOOR)
                                .orElseThrow()
                                .login()
                                .orElseThrow()
                                .password())
                        .isEqualTo("hunter9 & ü"));
    }

    @Test
    void whatOneProcessIsGivenAnotherWithTheSameKeyFindsForItsAddressAlone() throws Exception {
        try (SealedSecrets page = open("key");
                SealedSecrets ingest = open("key")) {
            credentials(page).put("door", DOOR, LOGIN);
            assertThat(credentials(page).find("door", DOOR)).isPresent();
            sees(credentials(ingest), "door");
            assertThatThrownBy(() -> credentials(ingest).find("door", "rtsp://evil.example:554"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is for " + DOOR)
                    .hasMessageNotContaining("hunter9");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("key"))))
                    .isEqualTo("rw-------");
            for (ConsumerRecord<String, byte[]> record : WholeTopic.read(KAFKA.kafka(), Topic.SECRETS)) {
                assertThat(record.value() == null ? "" : new String(record.value(), StandardCharsets.ISO_8859_1))
                        .doesNotContain("hunter9");
            }
            credentials(page).remove("door");
            assertThat(credentials(page).find("door", DOOR)).isEmpty();
            await().atMost(PATIENCE)
                    .until(() -> credentials(ingest).find("door", DOOR).isEmpty());
        }
    }

    @Test
    void withoutItsKeyASecretIsToldByTheKeysIdAndIsReadOnceTheKeyIsThere() throws Exception {
        try (SealedSecrets page = open("key")) {
            credentials(page).put("gate", DOOR, LOGIN);
        }
        String id = WholeTopic.read(KAFKA.kafka(), Topic.SECRETS).stream()
                .filter(record -> record.key().equals("camera/gate"))
                .map(record -> Topic.SECRETS.parse(record.value()).getKeyId())
                .findFirst()
                .orElseThrow();
        Files.writeString(folder.resolve("other"), newKey());
        try (SealedSecrets ingest = open("other")) {
            assertThatThrownBy(() -> credentials(ingest).find("gate", DOOR))
                    .hasMessageContaining("encrypted with the key " + id)
                    .hasMessageContaining("segwatch.secrets-key-file");
            Files.writeString(folder.resolve("other"), newKey() + Files.readString(folder.resolve("key")));
            sees(credentials(ingest), "gate");
        }
    }

    @Test
    void aRecordThatIsCopiedToAnotherNameOrAddressDoesNotOpen() throws Exception {
        try (SealedSecrets page = open("key")) {
            credentials(page).put("yard", DOOR, LOGIN);
            SealedSecret sealed = Topic.SECRETS.parse(WholeTopic.read(KAFKA.kafka(), Topic.SECRETS).stream()
                    .filter(record -> record.key().equals("camera/yard"))
                    .findFirst()
                    .orElseThrow()
                    .value());
            String evil = "rtsp://evil.example:554";
            SealedSecret moved =
                    sealed.toBuilder().setId("moved").setAuthority(evil).build();
            SealedSecret renamed = sealed.toBuilder().setId("renamed").build();
            for (SealedSecret forged : List.of(moved, renamed)) {
                Kafka.sender(Topic.SECRETS, KAFKA.producer(), "test")
                        .send("camera/" + forged.getId(), forged)
                        .get();
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThatThrownBy(
                                        () -> credentials(page).find(forged.getId(), forged.getAuthority()))
                                .hasMessageContaining("it was changed, or copied"));
            }
        }
    }

    @Test
    void aNewFirstKeyEncryptsAllAnewSoThatTheOldOneCanGo() throws Exception {
        try (SealedSecrets before = open("rotated")) {
            credentials(before).put("lobby", DOOR, LOGIN);
        }
        String old = Files.readString(folder.resolve("rotated"));
        String fresh = newKey();
        Files.writeString(folder.resolve("rotated"), "# new\n" + fresh + old);
        try (SealedSecrets page = open("rotated")) {
            assertThat(page.renew()).isEqualTo(1);
            assertThat(page.renew()).isZero();
        }
        Files.writeString(folder.resolve("rotated"), fresh);
        try (SealedSecrets ingest = open("rotated")) {
            sees(credentials(ingest), "lobby");
        }
    }

    @Test
    void filesOfBeforeAreTakenOverOnceAndBoundToTheAddress() throws Exception {
        Path file = Files.writeString(
                folder.resolve("credentials"), "shop.user=ann\nshop.password=hunter9\nother.user=x\n");
        Path hooks = Files.writeString(folder.resolve("hooks"), "desk=" + Secrets.random() + "\n");
        try (SealedSecrets page = open("key")) {
            Credentials credentials = new Credentials(page, file);
            assertThat(credentials.takeOver("shop", DOOR)).isTrue();
            assertThat(credentials.takeOver("shop", DOOR)).isFalse();
            assertThat(credentials.find("shop", DOOR)).isPresent();
            assertThat(Files.readString(file)).doesNotContain("hunter9").contains("other.user");
            Secrets secrets = new Secrets(page, hooks);
            assertThat(secrets.takeOver("desk", "https://example.com:443")).isTrue();
            assertThat(secrets.find("desk", "https://example.com:443")).hasSize(1);
            assertThat(Files.readString(hooks)).doesNotContain("whsec_");
            secrets.move("desk", "https://example.org:443", new AddressSecrets(Optional.empty(), List.of()));
            assertThat(secrets.find("desk", "https://example.org:443")).hasSize(1);
            assertThatThrownBy(() -> secrets.find("desk", "https://example.com:443"))
                    .hasMessageContaining("is for https://example.org:443");
        }
    }

    @Test
    void aFileThatHoldsNoKeyIsToldByItsLineAndNotShown() throws Exception {
        Files.writeString(folder.resolve("bad"), "# mine\nnot-a-key-but-secret\n");
        try (SealedSecrets page = open("bad")) {
            assertThatThrownBy(() -> credentials(page).put("door", DOOR, LOGIN))
                    .hasMessageContaining("line 2 is no key")
                    .hasMessageContaining("openssl rand -base64 32")
                    .hasMessageNotContaining("but-secret");
        }
    }

    private static String newKey() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes) + "\n";
    }
}
