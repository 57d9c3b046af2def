package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.segwatch.contracts.CameraUrl;
import io.segwatch.delivery.chat.ChatMessage;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** examples/python/webhook_receiver.py takes what is posted, and nothing else. */
class PythonReceiverIT {
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private Process process;
    private Secrets secrets;
    private WebhookClient client;
    private Webhook webhook;

    @BeforeEach
    void start() throws Exception {
        try {
            ProcessBuilder builder = new ProcessBuilder("python3", "../examples/python/webhook_receiver.py", "0")
                    .redirectErrorStream(true);
            builder.environment().put("SEGWATCH_WEBHOOK_SECRET", SECRET);
            process = builder.start();
        } catch (IOException e) {
            assumeTrue("true".equals(System.getenv("CI")), "Skipped: there is no python3");
            throw e;
        }
        Thread reader = new Thread(() -> {
            try (BufferedReader output = process.inputReader()) {
                output.lines().forEach(lines::add);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        reader.setDaemon(true);
        reader.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> !lines.isEmpty());
        String url = lines.remove().replace("Waiting for alerts on ", "");
        webhook = Webhook.newBuilder().setId("desk").setUrl(url).build();
        secrets = new Secrets(folder.resolve("secrets"));
        secrets.put("desk", CameraUrl.parse(url).authority(), Secrets.Secret.of(SECRET));
        client = DeliverySetup.client(vertx, webhook, secrets, DeliverySetup.config());
    }

    @AfterEach
    void stop() {
        client.close();
        vertx.close();
        process.destroyForcibly();
    }

    @Test
    void takesEachAlertOnceInBothFormats() throws Exception {
        assertThat(post(alert("a"), Webhook.Format.STRUCTURED))
                .extracting(AttemptResult::kind)
                .isEqualTo(AttemptResult.ResultKind.DELIVERED);
        assertThat(post(alert("a"), Webhook.Format.STRUCTURED))
                .extracting(AttemptResult::kind)
                .isEqualTo(AttemptResult.ResultKind.DELIVERED);
        assertThat(post(alert("b"), Webhook.Format.BINARY))
                .extracting(AttemptResult::kind)
                .isEqualTo(AttemptResult.ResultKind.DELIVERED);
        await().atMost(Duration.ofSeconds(30)).until(() -> lines.size() >= 2);
        assertThat(List.copyOf(lines))
                .containsExactly("OPEN   door Front door: because a", "OPEN   door Front door: because b");
    }

    @Test
    void refusesWhatIsSignedWithAnotherSecret() throws Exception {
        // Not only replaced: then the old one would sign for a day.
        secrets.remove("desk");
        secrets.put(
                "desk", CameraUrl.parse(webhook.getUrl()).authority(), Secrets.Secret.of("whsec_" + "b".repeat(40)));
        assertThat(post(alert("a"), Webhook.Format.STRUCTURED).reason()).contains("401");
        assertThat(lines).isEmpty();
    }

    private AttemptResult post(Alert alert, Webhook.Format format) throws Exception {
        return client.post(WebhookEvent.of(
                        alert,
                        webhook.toBuilder().setFormat(format).build(),
                        "",
                        ChatMessage.About.of(alert, Optional.empty())))
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    private static Alert alert(String id) {
        return Alert.newBuilder()
                .setId(id)
                .setCamera("door")
                .setRule("front-door")
                .setRuleName("Front door")
                .setState(Alert.State.OPEN)
                .setReason("because " + id)
                .build();
    }
}
