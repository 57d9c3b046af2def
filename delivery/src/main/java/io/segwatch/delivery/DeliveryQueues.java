package io.segwatch.delivery;

import io.segwatch.contracts.Definitions;
import io.segwatch.delivery.chat.ChatMessage;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookStatus;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts the alerts of one webhook: those of a rule one after the other, different rules at the same time. A rule whose
 * alert is not taken waits alone. The package-private methods are threadsafe and, but for {@link #awaitInFlight}, never
 * block; everything else runs on one event loop.
 */
final class DeliveryQueues {
    private static final Logger log = LoggerFactory.getLogger(DeliveryQueues.class);
    private static final long RETRY_BLOCKED_MS = 5_000;
    private static final long REPORT_EVERY_MS = 1_000;
    private static final long IN_FLIGHT_TIMEOUT_MS = 12_000;

    private final Vertx vertx;
    private final Context context;
    private final Webhook webhook;
    private final DeliveryConfig config;
    private final WebhookClient client;
    private final DeadLetters deadLetters;
    private final StatusTracker status;
    private final Function<Alert, ChatMessage.About> about;
    private final ExponentialBackoff backoff;
    private final Map<String, RuleQueue> queues = new HashMap<>();
    private final Deque<RuleQueue> ready = new ArrayDeque<>();
    private final Set<Delivery> inFlight = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<CompletableFuture<Void>, Predicate<Delivery>> waiters = new HashMap<>();
    private final Queue<ReadRequest> readRequests = new ConcurrentLinkedQueue<>();
    private final long reportTimer;
    /** Attempts; a chat service takes about one a second, and shows messages in the order in which they come. */
    private final int atOnce;
    /** Reasons to wait that are not over. */
    private int pauses;
    /** For good: the webhook is switched off, its receiver is gone, or the process is about to end. */
    private boolean stopped;

    DeliveryQueues(
            Vertx vertx,
            Webhook webhook,
            DeliveryConfig config,
            WebhookClient client,
            DeadLetters deadLetters,
            StatusTracker status,
            Function<Alert, ChatMessage.About> about) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.webhook = webhook;
        this.config = config;
        this.client = client;
        this.deadLetters = deadLetters;
        this.status = status;
        this.about = about;
        this.backoff = config.retryBackoff();
        this.atOnce = Definitions.isSigned(webhook.getFormat()) ? config.inFlight() : 1;
        this.stopped = webhook.getDisabled();
        this.reportTimer = vertx.setPeriodic(REPORT_EVERY_MS, timer -> context.runOnContext(v -> reportOldest()));
    }

    void add(Collection<Delivery> deliveries) {
        context.runOnContext(v -> {
            for (Delivery delivery : deliveries) {
                RuleQueue queue = queues.computeIfAbsent(delivery.queue(), RuleQueue::new);
                queue.add(delivery);
                enqueue(queue);
            }
            startAttempts();
        });
    }

    /** The oldest request that {@link #addRead} has not answered; null when there is none. */
    ReadRequest readRequest() {
        return readRequests.peek();
    }

    /**
     * Answers the oldest request.
     *
     * @param deliveries in the request's order; records that Kafka no longer holds are left out
     */
    void addRead(List<Delivery> deliveries) {
        ReadRequest request = readRequests.remove();
        context.runOnContext(v -> {
            RuleQueue queue = queues.get(request.queue());
            queue.addRead(deliveries);
            enqueue(queue);
            startAttempts();
        });
    }

    /** Starts no further attempt; those in flight go on. */
    void close() {
        vertx.cancelTimer(reportTimer);
        context.runOnContext(v -> stopped = true);
    }

    /**
     * Waits until no attempt is in flight for a delivery that {@code which} holds for, so that whoever posts next does
     * not repeat what the receiver has taken. Blocks for at most 12 s.
     */
    void awaitInFlight(Predicate<Delivery> which) {
        CompletableFuture<Void> none = new CompletableFuture<>();
        context.runOnContext(v -> {
            waiters.put(none, which);
            completeWaiters();
        });
        try {
            none.get(IN_FLIGHT_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.warn("Webhook {}: an attempt is still in flight and may be repeated", webhook.getId());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        context.runOnContext(v -> waiters.remove(none));
    }

    private void completeWaiters() {
        waiters.forEach((none, which) -> {
            if (inFlight.stream().noneMatch(which)) {
                none.complete(null);
            }
        });
    }

    private void enqueue(RuleQueue queue) {
        if (!queue.busy) {
            queue.busy = true;
            ready.add(queue);
        }
    }

    private void startAttempts() {
        while (!stopped && pauses == 0 && inFlight.size() < atOnce && !ready.isEmpty()) {
            start(ready.remove());
        }
        status.retrying((int)
                queues.values().stream().filter(queue -> queue.failures > 0).count());
        completeWaiters();
    }

    private void start(RuleQueue queue) {
        Delivery delivery = queue.first();
        List<RecordRef> toRead = queue.nextToRead();
        if (!toRead.isEmpty()) {
            readRequests.add(new ReadRequest(queue.name, toRead));
        }
        if (delivery == null) {
            queue.busy = false;
            if (queue.isEmpty()) {
                queues.remove(queue.name);
            }
            return;
        }
        queue.dueMs = 0;
        inFlight.add(delivery);
        long started = System.nanoTime();
        WebhookEvent event =
                WebhookEvent.of(delivery.alert(), webhook, delivery.replay(), about.apply(delivery.alert()));
        client.post(event)
                .onSuccess(result -> context.runOnContext(v -> {
                    status.attempt(result, System.nanoTime() - started);
                    onResult(queue, delivery, result);
                }));
    }

    private void onResult(RuleQueue queue, Delivery delivery, AttemptResult result) {
        switch (result.kind()) {
            case DELIVERED -> acknowledge(queue, delivery);
            case FAILED -> retryOrDeadLetter(queue, delivery, result);
            case BLOCKED -> {
                hold(queue, delivery, WebhookStatus.State.BLOCKED, result.reason());
                pauseFor(RETRY_BLOCKED_MS);
            }
            case GONE -> {
                hold(queue, delivery, WebhookStatus.State.GONE, result.reason());
                stopped = true;
            }
        }
        startAttempts();
    }

    private void acknowledge(RuleQueue queue, Delivery delivery) {
        inFlight.remove(delivery);
        queue.remove(delivery);
        delivery.acknowledge().run();
        ready.add(queue);
    }

    private void retryOrDeadLetter(RuleQueue queue, Delivery delivery, AttemptResult result) {
        queue.failures++;
        if (queue.failures >= config.attempts()) {
            deadLetter(queue, delivery, result.reason());
            return;
        }
        inFlight.remove(delivery);
        long wait = Math.max(backoff.backoff(queue.failures - 1L), result.retryAfterMs());
        log.info(
                "Webhook {}: {} (attempt {} of {} for {}); next in {} ms",
                webhook.getId(),
                result.reason(),
                queue.failures,
                config.attempts(),
                delivery.alert().getId(),
                wait);
        queue.dueMs = System.currentTimeMillis() + wait;
        after(wait, () -> ready.add(queue));
        if (result.retryAfterMs() > 0) {
            // Retry-After speaks of the receiver, not of the rule whose attempt was answered with it.
            pauseFor(result.retryAfterMs());
        }
    }

    private void deadLetter(RuleQueue queue, Delivery delivery, String reason) {
        String why =
                "Not delivered to webhook " + webhook.getId() + " in " + config.attempts() + " attempts: " + reason;
        vertx.executeBlocking(
                        () -> {
                            deadLetters.put(
                                    delivery.record(),
                                    why,
                                    webhook.getId(),
                                    (metadata, failure) ->
                                            context.runOnContext(v -> onDeadLettered(queue, delivery, failure)));
                            return null;
                        },
                        false)
                .onFailure(failure -> context.runOnContext(v -> onDeadLettered(queue, delivery, failure)));
    }

    private void onDeadLettered(RuleQueue queue, Delivery delivery, Throwable failure) {
        if (failure == null) {
            status.deadLettered();
            acknowledge(queue, delivery);
        } else {
            log.warn("Webhook {}: the dead letter could not be written: {}", webhook.getId(), failure.getMessage());
            inFlight.remove(delivery);
            after(backoff.backoff(queue.failures - 1L), () -> ready.add(queue));
        }
        startAttempts();
    }

    /** The delivery stays first in line. */
    private void hold(RuleQueue queue, Delivery delivery, WebhookStatus.State state, String reason) {
        inFlight.remove(delivery);
        ready.addFirst(queue);
        status.hold(state, reason);
    }

    /** Starts no attempt, of whichever rule, in the next {@code ms}. */
    private void pauseFor(long ms) {
        pauses++;
        after(ms, () -> pauses--);
    }

    private void after(long ms, Runnable work) {
        vertx.setTimer(
                Math.max(1, ms),
                timer -> context.runOnContext(v -> {
                    work.run();
                    startAttempts();
                }));
    }

    private void reportOldest() {
        status.nextAttempt(queues.values().stream()
                .mapToLong(queue -> queue.dueMs)
                .filter(due -> due > 0)
                .min()
                .orElse(0));
        status.oldestWaiting(queues.values().stream()
                .map(RuleQueue::first)
                .filter(Objects::nonNull)
                .mapToLong(delivery -> delivery.alert().getAtMs())
                .min()
                .orElse(0));
    }
}
