package io.segwatch.launcher;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.AddressSecrets;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.contracts.WebhookUrl;
import io.segwatch.kafka.Kafka;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Webhook;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings secrets of an earlier version to where they are kept now: those in files that this process may change, and
 * those that stood in addresses of cameras and webhooks. What cannot be taken over is told and left.
 */
final class SecretsTakeover {
    private static final Logger log = LoggerFactory.getLogger(SecretsTakeover.class);
    private static final String SOURCE = "takeover";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Kafka kafka;
    private final Credentials credentials;
    private final Secrets secrets;
    private int taken;

    SecretsTakeover(Kafka kafka, Credentials credentials, Secrets secrets) {
        this.kafka = kafka;
        this.credentials = credentials;
        this.secrets = secrets;
    }

    /** Blocks until it is done, a moment when there is nothing to do. */
    void run() {
        try (Producer<String, byte[]> producer = kafka.producer(SOURCE)) {
            newest(Topic.CAMERAS).forEach((id, camera) -> attempt(id, () -> takeCamera(camera, producer)));
            newest(Topic.WEBHOOKS).forEach((id, webhook) -> attempt(id, () -> takeWebhook(webhook, producer)));
        }
        if (taken > 0) {
            log.info(
                    "Secrets of {} cameras and webhooks were taken over; they are encrypted in {} now",
                    taken,
                    Topic.SECRETS);
        }
    }

    private interface Take {
        boolean run() throws IOException;
    }

    private void attempt(String id, Take take) {
        try {
            taken += take.run() ? 1 : 0;
        } catch (IOException e) {
            log.warn("The secrets of {} could not be taken over: {}", id, e.getMessage());
        } catch (IllegalArgumentException e) {
            // Its address is none; its status says so.
        }
    }

    private boolean takeCamera(Camera camera, Producer<String, byte[]> producer) throws IOException {
        CameraUrl url = CameraUrl.parse(camera.getUrl());
        boolean moved =
                !camera.getCredentials().isEmpty() && credentials.takeOver(camera.getCredentials(), url.authority());
        AddressSecrets open = url.secrets();
        if (open.isEmpty() || open.isMasked()) {
            return moved;
        }
        AddressSecrets kept = kept(camera, url);
        AddressSecrets all = open.login().isPresent() ? open : open.withLogin(kept.login());
        credentials.put(camera.getId(), url.authority(), all);
        Kafka.sender(Topic.CAMERAS, producer, SOURCE)
                .send(
                        camera.getId(),
                        camera.toBuilder()
                                .setUrl(url.published())
                                .setCredentials(camera.getId())
                                .build());
        return true;
    }

    /** A login that is kept for another address stays there; the camera has to be given its own again. */
    private AddressSecrets kept(Camera camera, CameraUrl url) {
        try {
            return camera.getCredentials().isEmpty()
                    ? AddressSecrets.NONE
                    : credentials.find(camera.getCredentials(), url.authority()).orElse(AddressSecrets.NONE);
        } catch (IOException e) {
            log.warn("Camera {} loses its user and password: {}", camera.getId(), e.getMessage());
            return AddressSecrets.NONE;
        }
    }

    private boolean takeWebhook(Webhook webhook, Producer<String, byte[]> producer) throws IOException {
        WebhookUrl url = WebhookUrl.parse(webhook.getUrl(), webhook.getFormat());
        String authority = url.address().authority();
        boolean moved = secrets.takeOver(webhook.getId(), authority);
        AddressSecrets open = url.secrets();
        if (open.isEmpty() || open.isMasked()) {
            return moved;
        }
        secrets.move(webhook.getId(), authority, open);
        Kafka.sender(Topic.WEBHOOKS, producer, SOURCE)
                .send(
                        webhook.getId(),
                        webhook.toBuilder().setUrl(url.published()).build());
        return true;
    }

    /** Also those that are refused, by key. */
    private <T extends MessageLite> Map<String, T> newest(Topic<T> topic) {
        Map<String, T> newest = new LinkedHashMap<>();
        try (KafkaConsumer<String, byte[]> consumer =
                kafka.consumer(SOURCE, null, Map.of("auto.offset.reset", "earliest"))) {
            List<TopicPartition> partitions = Kafka.partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long until = System.nanoTime() + PATIENCE.toNanos();
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))
                    && System.nanoTime() < until) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    newest.remove(record.key());
                    T value = parse(topic, record.value());
                    if (value != null && record.key() != null) {
                        newest.put(record.key(), value);
                    }
                });
            }
        }
        return newest;
    }

    private static <T extends MessageLite> T parse(Topic<T> topic, byte[] bytes) {
        try {
            return topic.parse(bytes);
        } catch (MalformedRecordException e) {
            return null;
        }
    }
}
