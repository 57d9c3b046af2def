/**
 * Alerts to webhooks.
 *
 * <pre>
 * segwatch.webhooks -> DeliveryRole -> WebhookWorker, one a webhook
 *
 *   thread webhook-ID, one a webhook                event loop, two a process            pool delivery-lookup
 *   AlertConsumer  polls, pauses, commits    --->   DeliveryQueues -> WebhookClient ---> secrets, EgressPolicy
 *     Rebalances   partitions come and go             RuleQueue, one a rule
 *     SpillReader  alerts beyond a queue's room       WebhookEvent, Signature, RetryAfter, chat
 *   thread replay-ID, one a running replay            StatusTracker -> WebhookMetrics
 *     ReplayReader alerts once more          --->
 *                \                                  /
 *                 OffsetTracker, one a partition: begun by the consumer, acknowledged by the queues
 * </pre>
 *
 * Calls go from left to right only. The queues answer the consumer in two places that it polls: acknowledged offsets
 * are in the {@code OffsetTracker}, to be committed, and wanted records in a {@code ReadRequest}, to be read again.
 *
 * <p>Beside the webhooks, {@link io.segwatch.delivery.push} tells browsers.
 *
 * <p>{@link io.segwatch.delivery.DeliveryRole} is the door.
 */
package io.segwatch.delivery;
