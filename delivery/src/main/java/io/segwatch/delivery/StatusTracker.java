package io.segwatch.delivery;

import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookStatus;

/** Collects one webhook's {@link WebhookStatus} from what happens to it, and its metrics with it. Threadsafe. */
final class StatusTracker {
    private final WebhookMetrics metrics;
    private final WebhookStatus.Builder status;
    private int retryingRules;

    StatusTracker(Webhook webhook, String instance) {
        this.metrics = new WebhookMetrics(webhook.getId());
        this.status = WebhookStatus.newBuilder().setWebhook(webhook.getId()).setInstance(instance);
        if (webhook.getDisabled()) {
            hold(WebhookStatus.State.DISABLED, "It is switched off");
        }
    }

    /** @param nanos from the start of the attempt to its result */
    synchronized void attempt(AttemptResult result, long nanos) {
        metrics.attempt(result.kind(), nanos);
        long now = System.currentTimeMillis();
        switch (result.kind()) {
            case DELIVERED -> status.setDelivered(status.getDelivered() + 1).setLastSuccessMs(now);
            case FAILED, GONE ->
                status.setFailedAttempts(status.getFailedAttempts() + 1)
                        .setLastFailureMs(now)
                        .setLastFailure(result.reason());
            case BLOCKED -> {}
        }
        if (result.kind() != AttemptResult.ResultKind.BLOCKED) {
            unblock();
        }
    }

    private void unblock() {
        if (status.getState() == WebhookStatus.State.BLOCKED) {
            status.clearState().clearReason();
        }
    }

    synchronized void deadLettered() {
        metrics.deadLettered();
        status.setDeadLettered(status.getDeadLettered() + 1);
    }

    /** Number of rules whose first alert has failed and waits for its next attempt. */
    synchronized void retrying(int rules) {
        retryingRules = rules;
    }

    /** Nothing is posted to the webhook, for this reason. BLOCKED ends with the next attempt that is sent. */
    synchronized void hold(WebhookStatus.State state, String reason) {
        status.setState(state).setReason(reason);
    }

    /** @param atMs when the next of the attempts that wait is due; 0 when none waits */
    synchronized void nextAttempt(long atMs) {
        status.setNextAttemptMs(atMs);
    }

    /** @param atMs event time of the oldest alert that waits; 0 when none does */
    synchronized void oldestWaiting(long atMs) {
        status.setOldestWaitingMs(atMs);
    }

    /**
     * @param records of the alerts topic that are unread or not acknowledged
     * @param replaying alerts that a replay has read and that are not acknowledged
     */
    synchronized void backlog(long records, long replaying) {
        metrics.backlog(records);
        status.setBacklog(records).setReplaying(replaying);
    }

    /** The status as of now; also sets the metric of whether the webhook works. */
    synchronized WebhookStatus status() {
        WebhookStatus.Builder now = status.clone().setAtMs(System.currentTimeMillis());
        if (now.getState() == WebhookStatus.State.STATE_UNSPECIFIED) {
            boolean retrying = retryingRules > 0;
            now.setState(retrying ? WebhookStatus.State.RETRYING : WebhookStatus.State.WORKING)
                    .setReason(retrying ? now.getLastFailure() + "; it is tried again" : "");
        }
        metrics.working(
                now.getState() == WebhookStatus.State.WORKING || now.getState() == WebhookStatus.State.DISABLED);
        return now.build();
    }

    void removeMetrics() {
        metrics.remove();
    }
}
