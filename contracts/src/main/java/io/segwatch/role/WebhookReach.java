package io.segwatch.role;

import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookTest;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the process that posts to webhooks knows of one. Threadsafe. */
public interface WebhookReach {
    /** Posts a test; the stage never fails. */
    CompletionStage<WebhookTest> test(Webhook webhook);

    /**
     * Why nothing may be posted to its address, with the remedy; empty when it may, and when its name is not known now.
     * Blocks for as long as the lookup takes.
     */
    Optional<String> forbidden(Webhook webhook);
}
