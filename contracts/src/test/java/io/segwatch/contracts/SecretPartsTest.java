package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.v1.Camera;
import io.segwatch.v1.Webhook;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretPartsTest {
    @ParameterizedTest
    @CsvSource({
        "http://cam/cgi?user=admin&pwd=hunter9&channel=1, http://cam/cgi?user=***&pwd=***&channel=1",
        "http://cam/v?usr=u&pass=hunter9, http://cam/v?usr=***&pass=***",
        "http://cam/v?channel=1&password=hunter9/?x, http://cam/v?channel=1&password=***",
        "http://cam/v?Passwd=hunter9;x, http://cam/v?Passwd=***",
        "http://cam/v?p%61ssword=hunter9, http://cam/v?p%61ssword=***",
        "http://cam/v?access_token=hunter9, http://cam/v?access_token=***",
        "http://cam/v?api-key=hunter9&auth=a, http://cam/v?api-key=***&auth=***",
        "http://[::1]:81/v?sig=hunter9&key=k, http://[::1]:81/v?sig=***&key=***",
        "http://cam/v#token=hunter9, http://cam/v#token=***",
        "http://cam?token=hunter9, http://cam?token=***",
        "rtsp://cam/user=admin&password=hunter9&channel=1&stream=0.sdp?,"
                + " rtsp://cam/user=***&password=***&channel=1&stream=0.sdp?",
        "rtsp://cam:554/user=admin_password=hunter9_channel=1_stream=0.sdp,"
                + " rtsp://cam:554/user=***_password=***_channel=1_stream=0.sdp",
        "rtsp://cam/user=admin&password=&channel=1, rtsp://cam/user=***&password=&channel=1",
        "http://cam/v?keyframe=1&monkey=2&passive=3&design=4, http://cam/v?keyframe=1&monkey=2&passive=3&design=4"
    })
    void whatLetsOneInIsMaskedAndCanBePutBack(String url, String published) {
        CameraUrl address = CameraUrl.parse(url);
        assertThat(address.published()).isEqualTo(published).doesNotContain("hunter9");
        assertThat(address).hasToString(published);
        assertThat(address.secrets()).hasToString("***");
        CameraUrl kept = CameraUrl.parse(published);
        assertThat(kept.published()).isEqualTo(published);
        assertThat(kept.filled(address.secrets()).withoutLogin()).isEqualTo(url);
        assertThat(CameraUrl.redact("cannot open '" + url + "' now")).doesNotContain("hunter9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://cam/v?pwd=hun#ter9", "http://cam/v?pwd=hun&ter9", "http://cam/v?x=1&token=hun&&y=2"})
    void refusesAValueWhoseEndCannotBeTold(String url) {
        assertThatThrownBy(() -> CameraUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write it as %2")
                .hasMessageNotContaining("hun");
    }

    @Test
    void aMaskWithNothingBehindItIsToldByItsName() {
        assertThatThrownBy(() -> CameraUrl.parse("http://cam/v?token=***").filled(AddressSecrets.NONE))
                .hasMessageContaining("has *** for token");
    }

    @Test
    void valuesOfOneNameStayInTheirOrder() {
        AddressSecrets old = new AddressSecrets(
                Optional.empty(), List.of(Map.entry("token", "a"), Map.entry("pwd", "b"), Map.entry("token", "c")));
        AddressSecrets given =
                CameraUrl.parse("http://cam/v?token=***&pwd=new&token=***").secrets();
        assertThat(given.isMasked()).isTrue();
        AddressSecrets all = given.unmasked(old);
        assertThat(all.isMasked()).isFalse();
        assertThat(CameraUrl.parse("http://cam/v?token=***&pwd=***&token=***")
                        .filled(all)
                        .withoutLogin())
                .isEqualTo("http://cam/v?token=a&pwd=new&token=c");
    }

    @ParameterizedTest
    @CsvSource({
        "SLACK, https://hooks.slack.com/services/T0/B0/hunter9, https://hooks.slack.com/services/T0/B0/***",
        "STRUCTURED, https://hooks.slack.com/services/T0/B0/hunter9, https://hooks.slack.com/services/T0/B0/***",
        "DISCORD, https://discord.com/api/webhooks/12/hunter9?wait=true, https://discord.com/api/webhooks/12/***?wait=true",
        "DISCORD, http://127.0.0.1:80/api/webhooks/12/hunter9/slack, http://127.0.0.1:80/api/webhooks/12/***/slack",
        "TEAMS, https://x.logic.azure.com/workflows/1/invoke?sp=a&sig=hunter9, "
                + "https://x.logic.azure.com/workflows/1/invoke?sp=a&sig=***",
        "TEAMS, https://x.webhook.office.com/webhookb2/a@b/IncomingWebhook/hunter9/c, "
                + "https://x.webhook.office.com/webhookb2/***",
        "NTFY, https://ntfy.sh/hunter9, https://ntfy.sh/***",
        "STRUCTURED, https://example.com/alerts, https://example.com/alerts",
        "STRUCTURED, https://example.com/alerts?token=hunter9, https://example.com/alerts?token=***"
    })
    void theSecretPartOfAWebhooksAddressIsMaskedAndCanBePutBack(Webhook.Format format, String url, String published) {
        WebhookUrl address = WebhookUrl.parse(url, format);
        assertThat(address.published()).isEqualTo(published);
        assertThat(WebhookUrl.parse(published, format).published()).isEqualTo(published);
        assertThat(WebhookUrl.parse(published, format).filled(address.secrets()))
                .isEqualTo(url);
    }

    @Test
    void definitionsThatHoldASecretAreRefusedByTheField() {
        Camera camera = Camera.newBuilder()
                .setId("a")
                .setUrl("http://cam/v?pwd=hunter9")
                .build();
        assertThat(Definitions.check(camera)).singleElement().satisfies(problem -> {
            assertThat(problem.toString()).contains("url", "pwd").doesNotContain("hunter9");
        });
        Webhook webhook = Webhook.newBuilder()
                .setId("a")
                .setFormat(Webhook.Format.SLACK)
                .setUrl("https://hooks.slack.com/services/T0/B0/hunter9")
                .build();
        assertThat(Definitions.check(webhook))
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString()).doesNotContain("hunter9"));
        assertThat(Definitions.check(webhook.toBuilder()
                        .setUrl("https://hooks.slack.com/services/T0/B0/***")
                        .build()))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "RTSP://Cam/x, rtsp://cam:554",
        "rtsps://cam, rtsps://cam:322",
        "http://a:pw@CAM:80, http://cam:80",
        "https://[::1]/x, https://[::1]:443"
    })
    void anAuthorityHasOneSpelling(String url, String authority) {
        assertThat(CameraUrl.parse(url).authority()).isEqualTo(authority);
    }
}
