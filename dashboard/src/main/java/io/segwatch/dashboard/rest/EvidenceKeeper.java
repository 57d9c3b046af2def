package io.segwatch.dashboard.rest;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Evidence;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a picture of each alert that opens, while its frame is there. Dashboards share the work as one consumer group,
 * which goes on after a restart where it was.
 */
final class EvidenceKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EvidenceKeeper.class);
    private static final String GROUP = "segwatch-evidence";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long WRITE_SECONDS = 10;
    private static final Map<String, String> SETTINGS = Map.of(
            "group.protocol", "classic",
            "session.timeout.ms", "10000",
            "heartbeat.interval.ms", "2000",
            "auto.offset.reset", "earliest",
            "max.poll.records", "20");

    private final AlertEvidence evidence;
    private final PastFrames.Hidden hidden;
    private final KafkaWriter writer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final ConsumerThread thread;

    /** Starts at once. */
    EvidenceKeeper(Kafka kafka, AlertEvidence evidence, PastFrames.Hidden hidden, KafkaWriter writer) {
        this.evidence = evidence;
        this.hidden = hidden;
        this.writer = writer;
        this.consumer = kafka.consumer("dashboard-evidence", GROUP, SETTINGS);
        this.thread = new ConsumerThread("dashboard-evidence", consumer, new Reading()).start();
    }

    /** False once alerts can no longer be read. */
    boolean alive() {
        return thread.failure().isEmpty();
    }

    private final class Reading implements ConsumerThread.Reader {
        @Override
        public void begin() {
            consumer.subscribe(List.of(Topic.ALERTS.topicName()));
        }

        @Override
        public void step() {
            boolean any = false;
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                take(record);
                any = true;
            }
            if (any) {
                consumer.commitAsync();
            }
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        try {
            Alert alert = Topic.ALERTS.parse(record.value());
            long oldest = System.currentTimeMillis() - PastFrames.EVIDENCE_AFTER_MS;
            if (alert != null && alert.getState() == Alert.State.OPEN && alert.getOpenedAtMs() > oldest) {
                keep(alert);
            }
        } catch (MalformedRecordException e) {
            // What shows the newest alerts puts it aside.
        }
    }

    private void keep(Alert opened) {
        if (hidden.test(opened.getCamera(), opened.getOpenedAtMs())) {
            return;
        }
        try {
            Evidence made = evidence.made(opened);
            writer.write(Topic.EVIDENCE, opened.getCamera(), made)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(WRITE_SECONDS, TimeUnit.SECONDS);
        } catch (HttpProblem e) {
            log.debug("No picture is kept of alert {}: {}", opened.getId(), e.getMessage());
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The picture of alert {} could not be kept: {}", opened.getId(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
