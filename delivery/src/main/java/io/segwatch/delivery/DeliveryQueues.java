package io.segwatch.delivery;

import io.segwatch.kafka.DeadLetters;
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
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts what one webhook is to be told: each rule's alerts one after the other, different rules at the same time. A
 * rule whose alert is not taken waits alone. Everything but the constructor runs on {@link #context}.
 */
final class DeliveryQueues {
    private static final Logger log = LoggerFactory.getLogger(DeliveryQueues.class);
    private static final long BLOCKED_LOOK_MS = 5_000;
    private static final long LOOK_MS = 1_000;

    /** Reads places of a lane again; what it finds comes back by {@link #add(String, List)}. */
    interface Reader extends BiConsumer<String, List<RuleQueue.RecordRef>> {}

    final Context context;
    private final Vertx vertx;
    private final Webhook webhook;
    private final DeliveryConfig config;
    private final WebhookClient client;
    private final DeadLetters deadLetters;
    private final StatusTracker status;
    private final Reader reader;
    private final ExponentialBackoff backoff;
    private final Map<String, RuleQueue> queues = new HashMap<>();
    private final Deque<RuleQueue> ready = new ArrayDeque<>();
    private final Set<Delivery> open = Collections.newSetFromMap(new IdentityHashMap<>());
    /** How many have asked for a rest that is not over. */
    private int pauses;
    /** For good: it is off, the receiver is gone, or we are about to end. */
    private boolean stopped;

    private boolean ended;

    DeliveryQueues(
            Vertx vertx,
            Webhook webhook,
            DeliveryConfig config,
            WebhookClient client,
            DeadLetters deadLetters,
            StatusTracker status,
            Reader reader) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.webhook = webhook;
        this.config = config;
        this.client = client;
        this.deadLetters = deadLetters;
        this.status = status;
        this.reader = reader;
        this.backoff = config.retryBackoff();
        this.stopped = webhook.getDisabled();
        vertx.setPeriodic(LOOK_MS, timer -> look(timer));
    }

    void add(Collection<Delivery> deliveries) {
        for (Delivery delivery : deliveries) {
            RuleQueue queue = queues.computeIfAbsent(delivery.queue(), RuleQueue::new);
            queue.add(delivery);
            enqueue(queue);
        }
        pump();
    }

    /** What was read again for a lane. */
    void add(String name, List<Delivery> deliveries) {
        RuleQueue queue = queues.get(name);
        queue.read(deliveries);
        enqueue(queue);
        pump();
    }

    /** Starts no further attempt. */
    void close() {
        stopped = true;
        ended = true;
    }

    /** Whether no attempt is open, but for those of partitions that we keep. */
    boolean isIdle(boolean revokedOnly) {
        return open.stream().noneMatch(delivery -> !revokedOnly || delivery.isRevoked());
    }

    private void enqueue(RuleQueue queue) {
        if (!queue.busy) {
            queue.busy = true;
            ready.add(queue);
        }
    }

    private void pump() {
        while (!stopped && pauses == 0 && open.size() < config.inFlight() && !ready.isEmpty()) {
            start(ready.remove());
        }
        status.retrying((int)
                queues.values().stream().filter(queue -> queue.failures > 0).count());
    }

    private void start(RuleQueue queue) {
        Delivery delivery = queue.first();
        List<RuleQueue.RecordRef> places = queue.toRead();
        if (!places.isEmpty()) {
            reader.accept(queue.name, places);
        }
        if (delivery == null) {
            queue.busy = false;
            if (queue.isEmpty()) {
                queues.remove(queue.name);
            }
            return;
        }
        open.add(delivery);
        long started = System.nanoTime();
        WebhookEvent event = WebhookEvent.of(delivery.alert(), webhook.getFormat(), delivery.replay());
        client.post(webhook, event)
                .onSuccess(result -> context.runOnContext(v -> {
                    status.attempt(result, System.nanoTime() - started);
                    ended(queue, delivery, result);
                }));
    }

    private void ended(RuleQueue queue, Delivery delivery, AttemptResult result) {
        switch (result.kind()) {
            case DELIVERED -> acknowledge(queue, delivery);
            case FAILED -> failed(queue, delivery, result);
            case BLOCKED -> hold(queue, delivery, WebhookStatus.State.BLOCKED, result.reason(), BLOCKED_LOOK_MS);
            case GONE -> hold(queue, delivery, WebhookStatus.State.GONE, result.reason(), 0);
        }
        pump();
    }

    private void acknowledge(RuleQueue queue, Delivery delivery) {
        open.remove(delivery);
        queue.remove(delivery);
        delivery.acknowledge().run();
        ready.add(queue);
    }

    private void failed(RuleQueue queue, Delivery delivery, AttemptResult result) {
        queue.failures++;
        if (queue.failures >= config.attempts()) {
            deadLetter(queue, delivery, result.reason());
            return;
        }
        open.remove(delivery);
        long wait = Math.max(backoff.backoff(queue.failures - 1L), result.retryAfterMs());
        log.info(
                "Webhook {}: {} (attempt {} of {} for {}); next in {} ms",
                webhook.getId(),
                result.reason(),
                queue.failures,
                config.attempts(),
                delivery.alert().getId(),
                wait);
        later(wait, () -> ready.add(queue));
        if (result.retryAfterMs() > 0) {
            pauseFor(result.retryAfterMs());
        }
    }

    /** Retry-After is about the receiver, whichever rule met it. */
    private void pauseFor(long ms) {
        pauses++;
        later(ms, () -> pauses--);
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
            open.remove(delivery);
            later(backoff.backoff(queue.failures - 1L), () -> ready.add(queue));
        }
        pump();
    }

    /** Nothing goes out until {@code lookMs} are over, or until the webhook is changed when that is 0. */
    private void hold(RuleQueue queue, Delivery delivery, WebhookStatus.State state, String reason, long retryMs) {
        open.remove(delivery);
        ready.addFirst(queue);
        status.hold(state, reason);
        if (retryMs > 0) {
            pauseFor(retryMs);
        } else {
            stopped = true;
        }
    }

    private void later(long ms, Runnable work) {
        vertx.setTimer(
                Math.max(1, ms),
                timer -> context.runOnContext(v -> {
                    work.run();
                    pump();
                }));
    }

    private void look(long timer) {
        context.runOnContext(v -> {
            if (ended) {
                vertx.cancelTimer(timer);
            } else {
                status.oldestWaiting(oldestWaitingMs());
            }
        });
    }

    private long oldestWaitingMs() {
        return queues.values().stream()
                .map(RuleQueue::first)
                .filter(delivery -> delivery != null)
                .mapToLong(delivery -> delivery.alert().getAtMs())
                .min()
                .orElse(0);
    }
}
