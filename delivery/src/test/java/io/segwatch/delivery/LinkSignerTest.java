package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.contracts.SignedAddress;
import io.segwatch.contracts.SignedAddress.Verdict;
import io.segwatch.delivery.chat.ChatMessage;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinkSignerTest {
    private static final byte[] KEY = "thirty-two bytes, or as good as.".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private static Alert alert(long atMs) {
        return Alert.newBuilder()
                .setId("abc")
                .setCamera("door")
                .setState(Alert.State.OPEN)
                .setAtMs(atMs)
                .build();
    }

    private LinkSigner signer(Duration lifetime, boolean withKey) throws Exception {
        Secrets secrets = new Secrets(folder.resolve("secrets"));
        if (withKey) {
            secrets.putLinkKey(KEY);
        }
        LinkSigner signer = new LinkSigner(secrets, lifetime);
        signer.refresh();
        return signer;
    }

    @Test
    void aLinkIsTheSameAtEachAttemptAndGoodForItsLifetime() throws Exception {
        LinkSigner signer = signer(Duration.ofHours(2), true);
        long atMs = System.currentTimeMillis() - 60_000;
        String parameters = signer.parameters(alert(atMs)).orElseThrow();
        assertThat(signer.parameters(alert(atMs))).contains(parameters);
        String[] parts = parameters.split("[=&]");
        assertThat(Long.parseLong(parts[1])).isEqualTo((atMs + 7_200_000) / 1_000);
        assertThat(SignedAddress.check(KEY, "abc", parts[1], parts[3], atMs / 1_000))
                .isEqualTo(Verdict.GOOD);
    }

    @Test
    void anOldAlertThatIsPostedAgainGetsALinkThatIsGoodFromNowOn() throws Exception {
        LinkSigner signer = signer(Duration.ofHours(2), true);
        String[] parts = signer.parameters(alert(1_000_000)).orElseThrow().split("[=&]");
        assertThat(Long.parseLong(parts[1]) * 1_000).isGreaterThan(System.currentTimeMillis());
    }

    @Test
    void nothingIsSignedWithoutAKeyOrALifetime() throws Exception {
        assertThat(signer(Duration.ofHours(2), false).parameters(alert(1))).isEmpty();
        assertThat(signer(Duration.ZERO, true).parameters(alert(1))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Webhook.Format.class, mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void everyFormatCarriesTheLinkToTheVideo(Webhook.Format format) {
        ChatMessage.About about = new ChatMessage.About(
                "Door", "", "person", Optional.of("https://cameras.example/"), Optional.of("expires=1&signature=s_-9"));
        Webhook webhook = Webhook.newBuilder()
                .setFormat(format)
                .setUrl("https://example.com/x")
                .build();
        WebhookEvent event = WebhookEvent.of(alert(1), webhook, "", about);
        assertThat(new String(event.body(), StandardCharsets.UTF_8).replace("&amp;", "&"))
                .contains("https://cameras.example/api/alerts/abc/clip?expires=1&signature=s_-9");
        WebhookEvent plain = WebhookEvent.of(
                alert(1), webhook, "", ChatMessage.About.of(alert(1), Optional.of("https://cameras.example/")));
        assertThat(new String(plain.body(), StandardCharsets.UTF_8)).doesNotContain("signature");
    }
}
