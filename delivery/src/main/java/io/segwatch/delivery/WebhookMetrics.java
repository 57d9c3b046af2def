package io.segwatch.delivery;

import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;

/** The metrics of this role, each labelled with the webhook's id. Threadsafe. */
final class WebhookMetrics {
    /** Attempts to post; {@code outcome} is one of {@link AttemptResult.ResultKind} in lower case. */
    private static final Counter ATTEMPTS = Counter.build(
                    "segwatch_webhook_attempts_total", "Attempts to post, by how they ended")
            .labelNames("webhook", "outcome")
            .register();
    /** Alerts written to the dead-letter topic because no attempt succeeded. */
    private static final Counter DEAD_LETTERS = Counter.build(
                    "segwatch_webhook_dead_letters_total", "Alerts given up after their last attempt")
            .labelNames("webhook")
            .register();
    /** Records that are unread, waiting or in flight, filtered ones included until they are read. */
    private static final Gauge BACKLOG = Gauge.build(
                    "segwatch_webhook_backlog", "Records of the alerts topic still to be dealt with")
            .labelNames("webhook")
            .register();
    /** Seconds since 1970; absent before the first success. */
    private static final Gauge LAST_SUCCESS = Gauge.build(
                    "segwatch_webhook_last_success_timestamp_seconds", "When the receiver last took an alert")
            .labelNames("webhook")
            .register();
    /** 0 is worth an alarm. */
    private static final Gauge WORKING = Gauge.build(
                    "segwatch_webhook_working", "1 when it works or is off, 0 when it is retried, gone or blocked")
            .labelNames("webhook")
            .register();
    /** Seconds; attempts that sent nothing are left out. */
    private static final Histogram ATTEMPT_SECONDS = Histogram.build(
                    "segwatch_webhook_attempt_seconds", "From the start of an attempt to its answer")
            .labelNames("webhook")
            .buckets(0.005, 0.02, 0.1, 0.5, 2, 10, 60)
            .register();

    private final String webhook;

    WebhookMetrics(String webhook) {
        this.webhook = webhook;
    }

    void attempt(AttemptResult.ResultKind kind, long nanos) {
        ATTEMPTS.labels(webhook, label(kind)).inc();
        if (kind != AttemptResult.ResultKind.BLOCKED) {
            ATTEMPT_SECONDS.labels(webhook).observe(nanos / 1e9);
        }
        if (kind == AttemptResult.ResultKind.DELIVERED) {
            LAST_SUCCESS.labels(webhook).setToCurrentTime();
        }
    }

    void deadLettered() {
        DEAD_LETTERS.labels(webhook).inc();
    }

    void backlog(long records) {
        BACKLOG.labels(webhook).set(records);
    }

    void working(boolean working) {
        WORKING.labels(webhook).set(working ? 1 : 0);
    }

    /** Removes every series of this webhook. */
    void remove() {
        for (AttemptResult.ResultKind kind : AttemptResult.ResultKind.values()) {
            ATTEMPTS.remove(webhook, label(kind));
        }
        DEAD_LETTERS.remove(webhook);
        BACKLOG.remove(webhook);
        LAST_SUCCESS.remove(webhook);
        WORKING.remove(webhook);
        ATTEMPT_SECONDS.remove(webhook);
    }

    private static String label(AttemptResult.ResultKind kind) {
        return kind.name().toLowerCase();
    }
}
