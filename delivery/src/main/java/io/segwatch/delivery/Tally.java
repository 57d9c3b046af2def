package io.segwatch.delivery;

import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookStatus;

/** How one webhook fares, as a status and as metrics. Threadsafe. */
final class Tally {
    private static final Counter attempts = Counter.build(
                    "segwatch_webhook_attempts_total", "Attempts to post, by how they ended")
            .labelNames("webhook", "outcome")
            .register();
    private static final Counter deadLetters = Counter.build(
                    "segwatch_webhook_dead_letters_total", "Alerts given up after their last attempt")
            .labelNames("webhook")
            .register();
    private static final Gauge backlog = Gauge.build(
                    "segwatch_webhook_backlog", "Records of the alerts topic still to be dealt with")
            .labelNames("webhook")
            .register();
    private static final Gauge lastSuccess = Gauge.build(
                    "segwatch_webhook_last_success_timestamp_seconds", "When the receiver last took an alert")
            .labelNames("webhook")
            .register();
    private static final Gauge working = Gauge.build(
                    "segwatch_webhook_working", "1 when it works or is off, 0 when it is retried, gone or blocked")
            .labelNames("webhook")
            .register();
    private static final Histogram seconds = Histogram.build(
                    "segwatch_webhook_attempt_seconds", "From the start of an attempt to its answer")
            .labelNames("webhook")
            .buckets(0.005, 0.02, 0.1, 0.5, 2, 10, 60)
            .register();

    private final String webhook;
    private final WebhookStatus.Builder status;
    private int stuck;

    Tally(Webhook webhook, String instance) {
        this.webhook = webhook.getId();
        this.status = WebhookStatus.newBuilder().setWebhook(this.webhook).setInstance(instance);
        if (webhook.getDisabled()) {
            hold(WebhookStatus.State.DISABLED, "It is switched off");
        }
    }

    synchronized void attempt(Outcome outcome, long nanos) {
        long now = System.currentTimeMillis();
        attempts.labels(webhook, outcome.kind().name().toLowerCase()).inc();
        if (outcome.kind() != Outcome.Kind.BLOCKED) {
            seconds.labels(webhook).observe(nanos / 1e9);
        }
        if (outcome.kind() == Outcome.Kind.DELIVERED) {
            status.setDelivered(status.getDelivered() + 1).setLastSuccessMs(now);
            lastSuccess.labels(webhook).set(now / 1e3);
        } else if (outcome.kind() != Outcome.Kind.BLOCKED) {
            status.setFailedAttempts(status.getFailedAttempts() + 1)
                    .setLastFailureMs(now)
                    .setLastFailure(outcome.reason());
        }
        if (status.getState() == WebhookStatus.State.BLOCKED && outcome.kind() != Outcome.Kind.BLOCKED) {
            status.clearState().clearReason();
        }
    }

    synchronized void deadLettered() {
        deadLetters.labels(webhook).inc();
        status.setDeadLettered(status.getDeadLettered() + 1);
    }

    /** Rules whose first alert has failed. */
    synchronized void stuck(int rules) {
        stuck = rules;
    }

    /** Why nothing is posted to it. */
    synchronized void hold(WebhookStatus.State state, String reason) {
        status.setState(state).setReason(reason);
    }

    /** Whatever kept alerts from being read is over. */
    synchronized void resume() {
        if (status.getState() == WebhookStatus.State.BLOCKED) {
            status.clearState().clearReason();
        }
    }

    synchronized void oldestWaiting(long atMs) {
        status.setOldestWaitingMs(atMs);
    }

    synchronized void backlog(long records, long replaying) {
        status.setBacklog(records).setReplaying(replaying);
        backlog.labels(webhook).set(records);
    }

    synchronized WebhookStatus status() {
        WebhookStatus.Builder now = status.clone().setAtMs(System.currentTimeMillis());
        if (now.getState() == WebhookStatus.State.STATE_UNSPECIFIED) {
            boolean retrying = stuck > 0;
            now.setState(retrying ? WebhookStatus.State.RETRYING : WebhookStatus.State.WORKING)
                    .setReason(retrying ? now.getLastFailure() + "; it is tried again" : "");
        }
        boolean fine = now.getState() == WebhookStatus.State.WORKING || now.getState() == WebhookStatus.State.DISABLED;
        working.labels(webhook).set(fine ? 1 : 0);
        return now.build();
    }

    /** Takes the webhook's metrics away. */
    synchronized void forget() {
        for (Outcome.Kind kind : Outcome.Kind.values()) {
            attempts.remove(webhook, kind.name().toLowerCase());
        }
        deadLetters.remove(webhook);
        backlog.remove(webhook);
        lastSuccess.remove(webhook);
        working.remove(webhook);
        seconds.remove(webhook);
    }
}
