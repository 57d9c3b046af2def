package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.SignedAddress;
import io.segwatch.secrets.Secrets;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Addresses that webhooks carry: they show one alert's pictures and video to who has no account. */
class SignedLinksIT extends RunningDashboard {
    private static HttpResponse<String> get(DashboardRole at, String path) throws Exception {
        return http.send(request(at, "GET", path, null), BodyHandlers.ofString());
    }

    @Test
    void aSignedAddressShowsOneAlertUntilItExpires() throws Exception {
        camera("signed");
        AlertStory story = new AlertStory(kafka, producer, "signed", "car").happens();
        AlertStory other = new AlertStory(kafka, producer, "signed", "car").happens();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(other.clips().size() + story.clips().size()).isEqualTo(2));
        Path password = Files.writeString(folder.resolve("password"), "a long sentence of an admin");
        DashboardConfig config =
                config("admin-password-file", password.toString(), "public-url", "https://cameras.example");
        try (DashboardRole guarded = startOther(config)) {
            Secrets secrets = new Secrets(folder.resolve("other-secrets"));
            await().untilAsserted(() -> assertThat(secrets.linkKey()).isPresent());
            byte[] key = secrets.linkKey().get();
            long soon = Instant.now().getEpochSecond() + 600;
            String good = "?" + SignedAddress.parameters(key, story.alert, soon);
            String own = "/api/alerts/" + story.alert;

            await().untilAsserted(() ->
                    assertThat(get(guarded, own + "/clip" + good).statusCode()).isEqualTo(200));
            assertThat(get(guarded, own + "/evidence.jpg" + good).statusCode()).isEqualTo(200);
            assertThat(get(guarded, own + "/evidence.jpg" + good + "&moment=peak&overlay=false")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get(guarded, own + "/clip").statusCode()).isEqualTo(401);
            assertThat(get(guarded, own + good).statusCode()).isEqualTo(401);
            assertThat(get(guarded, "/api/cameras/signed/snapshot.jpg" + good).statusCode())
                    .isEqualTo(401);
            assertProblem(get(guarded, "/api/alerts/" + other.alert + "/clip" + good), 403, "signature");
            assertProblem(get(guarded, own + "/clip" + good + "x"), 403, "signature");
            assertProblem(get(guarded, own + "/clip?signature=x"), 403, "signature");
            String past = "?" + SignedAddress.parameters(key, story.alert, soon - 6_000);
            assertProblem(get(guarded, own + "/clip" + past), 410, "expires");
        }
    }
}
