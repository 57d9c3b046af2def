package io.segwatch.dashboard.rest;

import io.segwatch.kafka.Table;
import io.segwatch.v1.WebhookStatus;
import java.util.List;

/** One status for each webhook, from those of the processes that post to it. */
final class WebhookStatuses {
    /** Each process reports every two seconds. */
    private static final long SILENT_MS = 15_000;

    private final Table<WebhookStatus> table;

    WebhookStatuses(Table<WebhookStatus> table) {
        this.table = table;
    }

    WebhookStatus of(String webhook) {
        long now = System.currentTimeMillis();
        WebhookStatus.Builder all = WebhookStatus.newBuilder().setWebhook(webhook);
        List<WebhookStatus> known = table.snapshot().values().stream()
                .filter(status -> status.getWebhook().equals(webhook))
                .toList();
        for (WebhookStatus one : known) {
            addPast(all, one);
            if (now - one.getAtMs() < SILENT_MS) {
                addPresent(all, one);
            }
        }
        if (all.getState() == WebhookStatus.State.STATE_UNSPECIFIED) {
            all.setReason("No process posts to it now; check that one with the role delivery runs");
        }
        return all.build();
    }

    private static void addPast(WebhookStatus.Builder all, WebhookStatus one) {
        all.setLastSuccessMs(Math.max(all.getLastSuccessMs(), one.getLastSuccessMs()));
        all.setAtMs(Math.max(all.getAtMs(), one.getAtMs()));
        if (one.getLastFailureMs() > all.getLastFailureMs()) {
            all.setLastFailureMs(one.getLastFailureMs()).setLastFailure(one.getLastFailure());
        }
    }

    private static void addPresent(WebhookStatus.Builder all, WebhookStatus one) {
        all.setDelivered(all.getDelivered() + one.getDelivered())
                .setFailedAttempts(all.getFailedAttempts() + one.getFailedAttempts())
                .setDeadLettered(all.getDeadLettered() + one.getDeadLettered())
                .setBacklog(all.getBacklog() + one.getBacklog())
                .setReplaying(all.getReplaying() + one.getReplaying());
        if (one.getOldestWaitingMs() > 0) {
            long oldest = all.getOldestWaitingMs() == 0 ? Long.MAX_VALUE : all.getOldestWaitingMs();
            all.setOldestWaitingMs(Math.min(oldest, one.getOldestWaitingMs()));
        }
        if (one.getNextAttemptMs() > 0) {
            long next = all.getNextAttemptMs() == 0 ? Long.MAX_VALUE : all.getNextAttemptMs();
            all.setNextAttemptMs(Math.min(next, one.getNextAttemptMs()));
        }
        // The states are numbered from the best on; one that is off is off everywhere.
        if (one.getStateValue() > all.getStateValue()) {
            all.setState(one.getState()).setReason(one.getReason());
        }
    }
}
