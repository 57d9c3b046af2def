package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Muting;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Mute;
import io.segwatch.v1.MutedSpan;
import io.segwatch.v1.WebhookReplay;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What opens while its rule or camera is muted is posted to nobody, and neither is its end. */
class MutedAlertsIT extends DeliverySetup {
    private static void mute(String id, Alert first, Alert after) {
        MutedSpan span = MutedSpan.newBuilder()
                .setFromMs(first.getOpenedAtMs())
                .setUntilMs(after.getOpenedAtMs())
                .setBy("anna")
                .build();
        Mute mute = Muting.begin(Optional.empty(), id, span);
        send(Topic.MUTES, id, mute);
    }

    @AfterEach
    void unmute() {
        for (String id : List.of("rule/crowd", "camera/door")) {
            send(Topic.MUTES, id, null);
        }
    }

    private static Alert closed(Alert opened) {
        return opened.toBuilder()
                .setState(Alert.State.CLOSE)
                .setAtMs(opened.getAtMs() + 100)
                .build();
    }

    private List<String> taken() {
        return receiver.taken().stream()
                .map(post -> post.id().replaceAll("/\\d+$", ""))
                .toList();
    }

    @Test
    void whatOpensMeanwhileIsNotPostedAfterARestartEither() throws Exception {
        define(webhook().build());
        mute("rule/crowd", alert("gate", "crowd", 10), alert("gate", "crowd", 20));
        start();
        send(Topic.ALERTS, "gate", alert("gate", "crowd", 5));
        send(Topic.ALERTS, "gate", alert("gate", "crowd", 10));
        send(Topic.ALERTS, "gate", closed(alert("gate", "crowd", 5)));
        send(Topic.ALERTS, "gate", closed(alert("gate", "crowd", 10)));
        send(Topic.ALERTS, "gate", alert("gate", "crowd", 20));
        send(Topic.ALERTS, "gate", alert("gate", "other", 11));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(taken())
                        .containsExactlyInAnyOrder("alert5/OPEN", "alert5/CLOSE", "alert20/OPEN", "alert11/OPEN"));
        assertThat(deadLetters()).isEmpty();

        roles.remove(0).close();
        start();
        replay(WebhookReplay.Source.ALERTS);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(receiver.taken()).hasSize(8));
        assertThat(taken()).noneMatch(id -> id.startsWith("alert10/"));
    }

    @Test
    void aMutedCameraIsSilentForAllRules() throws Exception {
        define(webhook().build());
        mute("camera/door", alert("door", "crowd", 0), alert("door", "crowd", 50));
        start();
        send(Topic.ALERTS, "door", alert("door", "crowd", 1));
        send(Topic.ALERTS, "door", alert("door", "drift:person", 2));
        send(Topic.ALERTS, "gate", alert("gate", "crowd", 3));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(taken()).containsExactly("alert3/OPEN"));
    }

    @Test
    void theBodyHasTheNamesOfWhatItIsAbout() throws Exception {
        send(
                Topic.CAMERAS,
                "door",
                Camera.newBuilder()
                        .setId("door")
                        .setName("Front door")
                        .setUrl("file:/a.mp4")
                        .build());
        define(webhook().build());
        start();
        send(Topic.ALERTS, "door", alert("door", "named", 1));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(receiver.taken()).isNotEmpty());
        // Names are read beside the alerts, and may come a little later.
        await().atMost(PATIENCE).untilAsserted(() -> {
            send(Topic.ALERTS, "door", alert("door", "named", 2));
            assertThat(receiver.taken())
                    .anySatisfy(post ->
                            assertThat(post.alert().getString("cameraName")).isEqualTo("Front door"));
        });
    }
}
