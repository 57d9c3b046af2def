package io.segwatch.delivery;

import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import java.util.Set;

/** Which alerts a webhook asks for. An empty set asks for all. */
record WebhookFilter(Set<String> rules, Set<String> cameras, Set<Alert.State> states) {

    static WebhookFilter of(Webhook webhook) {
        return new WebhookFilter(
                Set.copyOf(webhook.getRulesList()),
                Set.copyOf(webhook.getCamerasList()),
                Set.copyOf(webhook.getStatesList()));
    }

    boolean matches(Alert alert) {
        return (rules.isEmpty() || rules.contains(alert.getRule()))
                && (cameras.isEmpty() || cameras.contains(alert.getCamera()))
                && (states.isEmpty() || states.contains(alert.getState()));
    }
}
