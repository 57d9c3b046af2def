package io.segwatch.delivery.push;

import io.segwatch.v1.Alert;

/** What is known of alerts besides themselves. Threadsafe, never blocks. */
public interface PushedAlerts {
    /** Whether nobody is to be told of it, as it is muted or erased. */
    boolean isSilent(Alert alert);

    /** What people call its rule. */
    String ruleName(Alert alert);

    /** What people call its camera. */
    String cameraName(Alert alert);
}
