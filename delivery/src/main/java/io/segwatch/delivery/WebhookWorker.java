package io.segwatch.delivery;

import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookStatus;
import io.vertx.core.Vertx;

/** Everything that serves one webhook as it is defined now; a changed definition gets a new worker. Threadsafe. */
final class WebhookWorker implements AutoCloseable {
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
            DeadLetters deadLetters) {
        this.status = new StatusTracker(webhook, config.instanceName());
        this.client = client;
        this.queues = new DeliveryQueues(vertx, webhook, config, client, deadLetters, status);
        this.consumer = new AlertConsumer(kafka, webhook, config, deadLetters, queues, status);
    }

    WebhookStatus status() {
        consumer.failure()
                .ifPresent(failure -> status.hold(
                        WebhookStatus.State.BLOCKED, "Alerts cannot be read from Kafka: " + failure.getMessage()));
        return status.status();
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
