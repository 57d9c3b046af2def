package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookStatus;
import org.junit.jupiter.api.Test;

class StatusTrackerTest {
    private static final Webhook WEBHOOK = Webhook.newBuilder().setId("tracked").build();

    private final StatusTracker tracker = new StatusTracker(WEBHOOK, "here");

    @Test
    void blockedEndsWithTheNextAttemptThatIsSentWhateverItsResult() {
        tracker.attempt(AttemptResult.blocked("no secret"), 1);
        tracker.hold(WebhookStatus.State.BLOCKED, "no secret");
        tracker.attempt(AttemptResult.blocked("no secret"), 1);
        assertThat(tracker.status().getState()).isEqualTo(WebhookStatus.State.BLOCKED);
        assertThat(tracker.status().getFailedAttempts()).isZero();

        tracker.attempt(AttemptResult.failed("500"), 1);
        tracker.retrying(1);
        assertThat(tracker.status().getState()).isEqualTo(WebhookStatus.State.RETRYING);
        assertThat(tracker.status().getReason()).contains("500");
        assertThat(tracker.status().getFailedAttempts()).isEqualTo(1);
    }

    @Test
    void goneAndDisabledLastAsLongAsTheDefinition() {
        tracker.hold(WebhookStatus.State.GONE, "410");
        tracker.attempt(AttemptResult.delivered(204), 1);
        assertThat(tracker.status().getState()).isEqualTo(WebhookStatus.State.GONE);

        StatusTracker disabled =
                new StatusTracker(WEBHOOK.toBuilder().setDisabled(true).build(), "here");
        disabled.attempt(AttemptResult.delivered(204), 1);
        assertThat(disabled.status().getState()).isEqualTo(WebhookStatus.State.DISABLED);
    }

    @Test
    void theWorkingMetricIsOneWhileItWorksAndGoesWithTheWebhook() {
        tracker.status();
        assertThat(working()).isEqualTo(1);
        tracker.retrying(2);
        tracker.status();
        assertThat(working()).isEqualTo(0);
        tracker.removeMetrics();
        assertThat(working()).isNull();
    }

    private static Double working() {
        return CollectorRegistry.defaultRegistry.getSampleValue(
                "segwatch_webhook_working", new String[] {"webhook"}, new String[] {"tracked"});
    }
}
