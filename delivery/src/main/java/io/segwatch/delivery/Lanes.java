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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts what one webhook is to be told: each rule's alerts one after the other, different rules at the same time. A
 * rule whose alert is not taken waits alone. Everything but the constructor runs on {@link #context}.
 */
final class Lanes {
    private static final Logger log = LoggerFactory.getLogger(Lanes.class);
    private static final long BLOCKED_LOOK_MS = 5_000;
    private static final long LOOK_MS = 1_000;

    /** Reads places of a lane again; what it finds comes back by {@link #add(String, List)}. */
    interface Reader extends BiConsumer<String, List<Lane.Place>> {}

    final Context context;
    private final Vertx vertx;
    private final Webhook webhook;
    private final DeliveryConfig config;
    private final Poster poster;
    private final DeadLetters deadLetters;
    private final Tally tally;
    private final Reader reader;
    private final Backoff backoff;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Deque<Lane> ready = new ArrayDeque<>();
    private final Set<Delivery> open = Collections.newSetFromMap(new IdentityHashMap<>());
    /** How many have asked for a rest that is not over. */
    private int rests;
    /** For good: it is off, the receiver is gone, or we are about to end. */
    private boolean stopped;

    private boolean ended;

    Lanes(
            Vertx vertx,
            Webhook webhook,
            DeliveryConfig config,
            Poster poster,
            DeadLetters deadLetters,
            Tally tally,
            Reader reader) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.webhook = webhook;
        this.config = config;
        this.poster = poster;
        this.deadLetters = deadLetters;
        this.tally = tally;
        this.reader = reader;
        this.backoff = new Backoff(config.retryFirst(), config.retryMost(), Math::random);
        this.stopped = webhook.getDisabled();
        vertx.setPeriodic(LOOK_MS, timer -> look(timer));
    }

    void add(Collection<Delivery> deliveries) {
        for (Delivery delivery : deliveries) {
            Lane lane = lanes.computeIfAbsent(delivery.lane(), Lane::new);
            lane.add(delivery);
            enqueue(lane);
        }
        pump();
    }

    /** What was read again for a lane. */
    void add(String name, List<Delivery> deliveries) {
        Lane lane = lanes.get(name);
        lane.read(deliveries);
        enqueue(lane);
        pump();
    }

    /** Starts no further attempt. */
    void close() {
        stopped = true;
        ended = true;
    }

    /** Whether no attempt is open, but for those of partitions that we keep. */
    boolean isQuiet(boolean revokedOnly) {
        return open.stream().noneMatch(delivery -> !revokedOnly || delivery.isRevoked());
    }

    private void enqueue(Lane lane) {
        if (!lane.busy) {
            lane.busy = true;
            ready.add(lane);
        }
    }

    private void pump() {
        while (!stopped && rests == 0 && open.size() < config.inFlight() && !ready.isEmpty()) {
            start(ready.remove());
        }
        tally.stuck(
                (int) lanes.values().stream().filter(lane -> lane.failures > 0).count());
    }

    private void start(Lane lane) {
        Delivery delivery = lane.first();
        List<Lane.Place> places = lane.toRead();
        if (!places.isEmpty()) {
            reader.accept(lane.name, places);
        }
        if (delivery == null) {
            lane.busy = false;
            if (lane.isEmpty()) {
                lanes.remove(lane.name);
            }
            return;
        }
        open.add(delivery);
        long started = System.nanoTime();
        Envelope envelope = Envelope.of(delivery.alert(), webhook.getFormat(), delivery.replay());
        poster.post(webhook, envelope)
                .onSuccess(outcome -> context.runOnContext(v -> {
                    tally.attempt(outcome, System.nanoTime() - started);
                    ended(lane, delivery, outcome);
                }));
    }

    private void ended(Lane lane, Delivery delivery, Outcome outcome) {
        switch (outcome.kind()) {
            case DELIVERED -> settle(lane, delivery);
            case FAILED -> failed(lane, delivery, outcome);
            case BLOCKED -> hold(lane, delivery, WebhookStatus.State.BLOCKED, outcome.reason(), BLOCKED_LOOK_MS);
            case GONE -> hold(lane, delivery, WebhookStatus.State.GONE, outcome.reason(), 0);
        }
        pump();
    }

    private void settle(Lane lane, Delivery delivery) {
        open.remove(delivery);
        lane.remove(delivery);
        delivery.settled().run();
        ready.add(lane);
    }

    private void failed(Lane lane, Delivery delivery, Outcome outcome) {
        lane.failures++;
        if (lane.failures >= config.attempts()) {
            giveUp(lane, delivery, outcome.reason());
            return;
        }
        open.remove(delivery);
        long wait = Math.max(backoff.waitMs(lane.failures), outcome.retryAfterMs());
        log.info(
                "Webhook {}: {} (attempt {} of {} for {}); next in {} ms",
                webhook.getId(),
                outcome.reason(),
                lane.failures,
                config.attempts(),
                delivery.alert().getId(),
                wait);
        later(wait, () -> ready.add(lane));
        if (outcome.retryAfterMs() > 0) {
            rest(outcome.retryAfterMs());
        }
    }

    /** Retry-After is about the receiver, whichever rule met it. */
    private void rest(long ms) {
        rests++;
        later(ms, () -> rests--);
    }

    private void giveUp(Lane lane, Delivery delivery, String reason) {
        String why =
                "Not delivered to webhook " + webhook.getId() + " in " + config.attempts() + " attempts: " + reason;
        vertx.executeBlocking(
                        () -> {
                            deadLetters.put(
                                    delivery.record(),
                                    why,
                                    webhook.getId(),
                                    (metadata, failure) -> context.runOnContext(v -> buried(lane, delivery, failure)));
                            return null;
                        },
                        false)
                .onFailure(failure -> context.runOnContext(v -> buried(lane, delivery, failure)));
    }

    private void buried(Lane lane, Delivery delivery, Throwable failure) {
        if (failure == null) {
            tally.deadLettered();
            settle(lane, delivery);
        } else {
            log.warn("Webhook {}: the dead letter could not be written: {}", webhook.getId(), failure.getMessage());
            open.remove(delivery);
            later(backoff.waitMs(lane.failures), () -> ready.add(lane));
        }
        pump();
    }

    /** Nothing goes out until {@code lookMs} are over, or until the webhook is changed when that is 0. */
    private void hold(Lane lane, Delivery delivery, WebhookStatus.State state, String reason, long lookMs) {
        open.remove(delivery);
        ready.addFirst(lane);
        tally.hold(state, reason);
        if (lookMs > 0) {
            rest(lookMs);
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
                tally.oldestWaiting(oldestWaitingMs());
            }
        });
    }

    private long oldestWaitingMs() {
        return lanes.values().stream()
                .map(Lane::first)
                .filter(delivery -> delivery != null)
                .mapToLong(delivery -> delivery.alert().getAtMs())
                .min()
                .orElse(0);
    }
}
