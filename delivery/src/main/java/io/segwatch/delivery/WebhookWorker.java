package io.segwatch.delivery;

import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookStatus;
import io.segwatch.v1.WebhookTest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Everything that serves one webhook as it is defined now; a changed definition gets a new worker. Threadsafe. */
final class WebhookWorker implements AutoCloseable {
    private static final Duration TEST_TIMEOUT = Duration.ofSeconds(30);

    private final Webhook webhook;
    private final Optional<String> page;
    private final StatusTracker status;
    private final WebhookClient client;
    private final DeliveryQueues queues;
    private final AlertConsumer consumer;

    /**
     * Starts at once.
     *
     * @param client this webhook's own; closed with the worker
     */
    WebhookWorker(
            Vertx vertx,
            Kafka kafka,
            Webhook webhook,
            DeliveryConfig config,
            WebhookClient client,
            DeadLetters deadLetters,
            AlertTables tables) {
        this.webhook = webhook;
        this.page = config.page();
        this.status = new StatusTracker(webhook, config.instanceName());
        this.client = client;
        this.queues = new DeliveryQueues(vertx, webhook, config, client, deadLetters, status, tables::about);
        this.consumer = new AlertConsumer(kafka, webhook, config, deadLetters, queues, status, tables);
    }

    WebhookStatus status() {
        consumer.failure()
                .ifPresent(failure -> status.hold(
                        WebhookStatus.State.BLOCKED, "Alerts cannot be read from Kafka: " + failure.getMessage()));
        return status.status();
    }

    /** Whether it serves exactly this definition. */
    boolean serves(Webhook wanted) {
        return webhook.equals(wanted);
    }

    /** Makes one attempt with a test, beside the alerts and in none of their counts. Never fails. */
    Future<WebhookTest> test() {
        long started = System.nanoTime();
        return client.post(WebhookEvent.test(webhook, page))
                .timeout(TEST_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .otherwise(
                        late -> AttemptResult.failed("There was no answer within " + TEST_TIMEOUT.toSeconds() + " s"))
                .map(result -> WebhookTest.newBuilder()
                        .setWebhook(webhook.getId())
                        .setAccepted(result.kind() == AttemptResult.ResultKind.DELIVERED)
                        .setStatus(result.status())
                        .setReason(result.reason())
                        .setTookMs(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started))
                        .build());
    }

    /** False when alerts are no longer read. */
    boolean alive() {
        return consumer.failure().isEmpty();
    }

    void removeMetrics() {
        status.removeMetrics();
    }

    /** Waits for at most 22 s: first for the attempts in flight, then for the commit of what they acknowledge. */
    @Override
    public void close() {
        queues.close();
        queues.awaitInFlight(delivery -> true);
        consumer.close();
        client.close();
    }
}
