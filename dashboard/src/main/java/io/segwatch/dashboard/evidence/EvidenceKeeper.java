package io.segwatch.dashboard.evidence;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.FencedSender;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Evidence;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the frames at which alerts open, peak and end, while Kafka has them, and has a video made of each opening.
 * Dashboards share the work as one consumer group. Whoever takes a partition over reads the alerts of the last minutes
 * again, and makes of them what is not there yet: so a process may end at any moment, between a write and a commit too,
 * and nothing is lost while its frame is there, or made twice. What a process makes that stood still until others had
 * its partitions, Kafka does not take ({@link Tenure}).
 */
public final class EvidenceKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EvidenceKeeper.class);
    private static final String GROUP = "segwatch-evidence";
    private static final Duration POLL = Duration.ofMillis(500);
    /** Of alerts, at a start: longer than a peak waits, and than frames are kept as a rule. */
    private static final long AGAIN_MS = Duration.ofMinutes(10).toMillis();
    /** A peak is kept at the latest when its frame is so old, and until then a further one takes its place. */
    private static final long PEAK_WAITS_MS = Duration.ofMinutes(2).toMillis();

    private static final int MOST_PEAKS = 10_000;
    private static final Map<String, String> SETTINGS = Map.of(
            "group.protocol", "classic",
            "session.timeout.ms", "10000",
            "heartbeat.interval.ms", "2000",
            "auto.offset.reset", "earliest",
            "max.poll.records", "20");

    private final EvidenceMaker maker;
    private final PastFrames.Hidden hidden;
    private final FencedSender sender;
    private final AlreadyKept already;
    private final ClipMaker clips;
    private final KafkaConsumer<String, byte[]> consumer;
    private final ConsumerThread thread;
    /** Open alerts by id, as they were at peaks that are not kept yet. */
    private final Map<String, Alert> peaks = new LinkedHashMap<>();
    /** Of what is read now. */
    private Tenure tenure;

    /** Starts at once. */
    public EvidenceKeeper(Kafka kafka, AlertEvidence evidence, PastFrames pastFrames, PastFrames.Hidden hidden) {
        this.maker = evidence.maker();
        this.hidden = hidden;
        this.sender = new FencedSender(kafka, KafkaWriter.ROLE, GROUP);
        this.already = new AlreadyKept(kafka);
        this.clips = new ClipMaker(pastFrames, evidence.defined().cameras(), hidden, already);
        this.consumer = kafka.consumer("dashboard-evidence", GROUP, SETTINGS);
        this.thread = new ConsumerThread("dashboard-evidence", consumer, new Reading()).start();
    }

    /** False once alerts can no longer be read. */
    public boolean alive() {
        return thread.failure().isEmpty();
    }

    private final class Reading implements ConsumerThread.Reader, ConsumerRebalanceListener {
        @Override
        public void begin() {
            consumer.subscribe(List.of(Topic.ALERTS.topicName()), this);
        }

        @Override
        public void step() {
            ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
            try {
                records.forEach(EvidenceKeeper.this::take);
            } catch (RetriableException e) {
                // All of them again: what is there by then is not made twice.
                for (TopicPartition partition : records.partitions()) {
                    consumer.seek(partition, records.records(partition).get(0).offset());
                }
                throw e;
            }
            keepPeaks(System.currentTimeMillis() - PEAK_WAITS_MS);
            if (!records.isEmpty()) {
                tenure.reached(positions());
                consumer.commitAsync();
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            forget();
            long sinceMs = System.currentTimeMillis() - AGAIN_MS;
            consumer.offsetsForTimes(partitions.stream().collect(Collectors.toMap(Function.identity(), any -> sinceMs)))
                    .forEach((partition, found) -> {
                        if (found != null && found.offset() < consumer.position(partition)) {
                            consumer.seek(partition, found.offset());
                        }
                    });
            tenure = new Tenure(sender, already, consumer.groupMetadata(), positions());
        }

        private Map<TopicPartition, OffsetAndMetadata> positions() {
            return consumer.assignment().stream()
                    .collect(Collectors.toMap(
                            Function.identity(), partition -> new OffsetAndMetadata(consumer.position(partition))));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            forget();
        }

        private void forget() {
            if (tenure != null) {
                tenure.end();
            }
            peaks.clear();
            already.forget();
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        try {
            Alert alert = Topic.ALERTS.parse(record.value());
            if (alert != null && !hidden.test(alert.getCamera(), alert.getOpenedAtMs())) {
                take(alert);
            }
        } catch (MalformedRecordException e) {
            // What shows the newest alerts puts it aside.
        }
    }

    private void take(Alert alert) {
        switch (alert.getState()) {
            case OPEN -> {
                keep(alert, AlertMoment.opening(alert));
                clips.add(alert, tenure);
            }
            case UPDATE -> {
                if (hasPeakOfItsOwn(alert) && (peaks.size() < MOST_PEAKS || peaks.containsKey(alert.getId()))) {
                    peaks.put(alert.getId(), alert);
                }
            }
            case CLOSE -> {
                Alert waiting = peaks.remove(alert.getId());
                AlertMoment end = AlertMoment.end(alert).orElseThrow();
                boolean kept = !hasPeakOfItsOwn(alert)
                        || alert.getPeakFrame().equals(end.frame())
                        || keep(alert, AlertMoment.peak(alert).orElseThrow());
                if (!kept && waiting != null) {
                    keep(waiting, AlertMoment.peak(waiting).orElseThrow());
                }
                keep(alert, end);
            }
            default -> {
                // A digest is of no frame.
            }
        }
    }

    /** The frame at which it opened is kept already. */
    private static boolean hasPeakOfItsOwn(Alert alert) {
        return alert.hasPeakFrame() && alert.getPeakAtMs() > alert.getOpenedAtMs();
    }

    private void keepPeaks(long untilMs) {
        List<Alert> due = peaks.values().stream()
                .filter(alert -> alert.getPeakAtMs() <= untilMs)
                .toList();
        for (Alert alert : due) {
            peaks.remove(alert.getId());
            keep(alert, AlertMoment.peak(alert).orElseThrow());
        }
    }

    /** @return whether it is kept, now or since an earlier time */
    private boolean keep(Alert alert, AlertMoment moment) {
        String key = moment.key(alert.getId());
        if (moment.atMs() < System.currentTimeMillis() - PastFrames.EVIDENCE_AFTER_MS) {
            return false;
        }
        if (already.has(Topic.EVIDENCE, alert.getCamera(), key, moment.atMs())) {
            return true;
        }
        try {
            Evidence made = maker.make(alert, moment);
            if (!tenure.write(Topic.EVIDENCE, alert.getCamera(), made, key)) {
                return false;
            }
            EvidenceMetrics.PICTURES
                    .labels(moment.moment().name().toLowerCase(Locale.ROOT))
                    .inc();
            return true;
        } catch (HttpProblem e) {
            log.debug("No {} picture is kept of alert {}: {}", moment.moment(), alert.getId(), e.getMessage());
        } catch (RetriableException e) {
            throw e;
        } catch (KafkaException e) {
            log.warn("The {} picture of alert {} could not be kept: {}", moment.moment(), alert.getId(), e.toString());
        }
        return false;
    }

    @Override
    public void close() {
        thread.close();
        clips.close();
        sender.close();
    }
}
