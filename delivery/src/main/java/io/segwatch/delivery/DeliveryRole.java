package io.segwatch.delivery;

import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.contracts.WebhookUrl;
import io.segwatch.delivery.push.PushDelivery;
import io.segwatch.delivery.push.PushNetwork;
import io.segwatch.failure.FatalErrors;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.kafka.Table;
import io.segwatch.role.Role;
import io.segwatch.role.WebhookReach;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Webhook;
import io.segwatch.v1.WebhookStatus;
import io.segwatch.v1.WebhookTest;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts alerts to the webhooks that are defined: signed, in the order of each rule, with retries, and to dead-letter
 * after the last one. Several processes share the work by the partitions of the alerts topic.
 */
public final class DeliveryRole implements Role, WebhookReach {
    static final String NAME = "delivery";

    private static final Logger log = LoggerFactory.getLogger(DeliveryRole.class);
    private static final Duration DEFINITIONS_TIMEOUT = Duration.ofSeconds(30);
    /** A worker that is replaced waits for its attempts in flight. */
    private static final Duration TEST_PATIENCE = Duration.ofSeconds(25);

    private static final long STATUS_EVERY_MS = 2_000;
    /** No less than the end of a worker takes. */
    private static final long CHANGE_TIMEOUT_SECONDS = 22;

    private final Kafka kafka;
    private final DeliveryConfig config;
    private final Vertx vertx;
    private final Secrets secrets;
    private final EgressPolicy egress;
    private final TrustManagerFactory trusted;
    private final Producer<String, byte[]> producer;
    private final DeadLetters deadLetters;
    private final Sender<WebhookStatus> statuses;
    private final Map<String, WebhookWorker> workers = new ConcurrentHashMap<>();
    private final Map<String, WebhookStatus> refused = new ConcurrentHashMap<>();
    /** Workers start and stop one after the other, and not on the table's thread, because both take seconds. */
    private final ExecutorService changes = Executors.newSingleThreadExecutor(work -> daemon(work, "delivery-changes"));

    private volatile boolean closing;
    private final ScheduledExecutorService reports =
            Executors.newSingleThreadScheduledExecutor(work -> daemon(work, "delivery-status"));
    private final Table<Webhook> webhooks;
    private final AlertTables tables;
    private final LinkSigner links;
    private final PushDelivery push;

    private DeliveryRole(Kafka kafka, DeliveryConfig config, Secrets secrets) {
        this.kafka = kafka;
        this.config = config;
        this.egress = new EgressPolicy(config.privateTargets().orElse(List.of()));
        this.trusted = ReceiverTrust.of(config.caPath());
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(4));
        this.secrets = secrets;
        this.producer = kafka.producer(NAME);
        this.deadLetters = new DeadLetters(producer, NAME);
        this.statuses = Kafka.sender(Topic.WEBHOOK_STATUS, producer, NAME);
        this.links = new LinkSigner(secrets, config.linkLifetime());
        this.tables = new AlertTables(kafka, NAME, deadLetters, config.page(), links);
        this.push = new PushDelivery(kafka, vertx, producer, secrets, network(), tables);
        this.webhooks = new Table<>(kafka, Topic.WEBHOOKS, NAME, deadLetters, new DefinitionChanges());
        reports.scheduleWithFixedDelay(
                FatalErrors.guarded(this::report), STATUS_EVERY_MS, STATUS_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    private PushNetwork network() {
        return new PushNetwork(
                this::resolve,
                trusted,
                headers -> RetryAfter.of(headers, Instant.now()),
                config.timeout(),
                config.retryFirst(),
                config.page().filter(page -> page.startsWith("https:")));
    }

    private InetAddress resolve(String host) throws IOException {
        try {
            return egress.resolve(host);
        } catch (EgressPolicy.Forbidden e) {
            throw new IOException(host + " " + e.getMessage(), e);
        }
    }

    /**
     * Starts once all webhooks have been read. The topics must exist.
     *
     * @param secrets shared with the dashboard, or mounted
     * @throws IllegalArgumentException when the CA file cannot be used
     * @throws IllegalStateException when they cannot be read within 30 s
     */
    public static DeliveryRole start(Kafka kafka, DeliveryConfig config, Secrets secrets) throws InterruptedException {
        DeliveryRole role = new DeliveryRole(kafka, config, secrets);
        try {
            if (!role.tables.awaitCaughtUp(DEFINITIONS_TIMEOUT)
                    || !role.webhooks.start().awaitCaughtUp(DEFINITIONS_TIMEOUT)) {
                throw new IllegalStateException("The webhooks could not be read from " + kafka.bootstrapServers()
                        + " within " + DEFINITIONS_TIMEOUT.toSeconds() + " s. Check that the broker runs.");
            }
            if (!role.push.start(DEFINITIONS_TIMEOUT)) {
                throw new IllegalStateException("Who is told of alerts could not be read from "
                        + kafka.bootstrapServers() + " within " + DEFINITIONS_TIMEOUT.toSeconds()
                        + " s. Check that the broker runs, and that this process may read segwatch.access and"
                        + " segwatch.push-subscriptions.");
            }
            return role;
        } catch (InterruptedException | RuntimeException e) {
            role.close();
            throw e;
        }
    }

    private final class DefinitionChanges implements Table.Listener<Webhook> {
        @Override
        public void changed(String id, Webhook webhook) {
            changes.execute(() -> change(id, webhook));
        }

        @Override
        public void refused(String id, List<Problem> problems) {
            changes.execute(() -> {
                change(id, null);
                refuse(id, Problem.describe(problems));
            });
        }
    }

    /** Any change starts a new worker, which also posts again to a receiver that answered 410 Gone. */
    private void change(String id, Webhook webhook) {
        if (closing) {
            return;
        }
        refused.remove(id);
        WebhookWorker old = workers.remove(id);
        if (old != null) {
            old.close();
        }
        if (webhook == null) {
            if (old != null) {
                old.removeMetrics();
            }
            statuses.delete(statusKey(id));
            return;
        }
        if (workers.size() >= config.maxWebhooks()) {
            refuse(id, "There are " + config.maxWebhooks() + " webhooks already; raise segwatch.delivery.max-webhooks");
        } else {
            WebhookClient client = new WebhookClient(vertx, webhook, secrets, egress, trusted, config);
            workers.put(id, new WebhookWorker(vertx, kafka, webhook, config, client, deadLetters, tables));
        }
    }

    /**
     * Posts a test to a webhook, as its alerts are posted; the stage never fails. A definition that has just been
     * written is waited for.
     */
    @Override
    public CompletionStage<WebhookTest> test(Webhook webhook) {
        Promise<WebhookTest> tested = Promise.promise();
        test(webhook, System.nanoTime() + TEST_PATIENCE.toNanos(), tested);
        return tested.future().toCompletionStage();
    }

    @Override
    public Optional<String> forbidden(Webhook webhook) {
        String host = WebhookUrl.parse(webhook.getUrl(), webhook.getFormat())
                .address()
                .host();
        try {
            egress.resolve(host);
            return Optional.empty();
        } catch (EgressPolicy.Forbidden e) {
            return Optional.of(e.getMessage());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private void test(Webhook webhook, long until, Promise<WebhookTest> tested) {
        WebhookWorker worker = workers.get(webhook.getId());
        if (worker != null && worker.serves(webhook)) {
            worker.test().onComplete(tested);
        } else if (System.nanoTime() < until) {
            vertx.setTimer(100, timer -> test(webhook, until, tested));
        } else {
            WebhookStatus status = refused.getOrDefault(webhook.getId(), WebhookStatus.getDefaultInstance());
            tested.complete(WebhookTest.newBuilder()
                    .setWebhook(webhook.getId())
                    .setReason(status.getReason().isEmpty() ? "It is not served yet; try again" : status.getReason())
                    .build());
        }
    }

    private void refuse(String id, String reason) {
        log.warn("Nothing is posted to webhook {}: {}", id, reason);
        refused.put(
                id,
                WebhookStatus.newBuilder()
                        .setWebhook(id)
                        .setInstance(config.instanceName())
                        .setState(WebhookStatus.State.BLOCKED)
                        .setReason(reason)
                        .build());
    }

    private void report() {
        try {
            links.refresh();
            workers.forEach((id, worker) -> statuses.send(statusKey(id), worker.status()));
            long now = System.currentTimeMillis();
            refused.forEach((id, status) ->
                    statuses.send(statusKey(id), status.toBuilder().setAtMs(now).build()));
        } catch (RuntimeException e) {
            log.warn("The webhooks' status could not be written: {}", e.toString());
        }
    }

    private String statusKey(String id) {
        return id + "/" + config.instanceName();
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> notReady() {
        return webhooks.isCaughtUp() ? webhooks.refusal() : Optional.of("The webhooks are still being read from Kafka");
    }

    @Override
    public boolean alive() {
        return webhooks.alive()
                && tables.alive()
                && push.alive()
                && workers.values().stream().allMatch(WebhookWorker::alive);
    }

    @Override
    public void close() {
        webhooks.close();
        push.close();
        tables.close();
        reports.shutdownNow();
        endChanges();
        // At the same time, because each waits for its attempts in flight.
        workers.values().parallelStream().forEach(WebhookWorker::close);
        report();
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The HTTP client did not stop cleanly", e);
        }
        producer.close(Duration.ofSeconds(5));
    }

    /** Waits for the change that is under way: interrupted, Kafka's clients would fail in the midst of it. */
    private void endChanges() {
        closing = true;
        changes.shutdown();
        try {
            if (!changes.awaitTermination(CHANGE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                log.warn("A change of a webhook is still under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
