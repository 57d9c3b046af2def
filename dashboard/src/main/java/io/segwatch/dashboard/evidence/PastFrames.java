package io.segwatch.dashboard.evidence;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Clip;
import io.segwatch.v1.Evidence;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Thumbnail;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks up frames and their observations where Kafka still has them, some minutes back, and what was kept of them;
 * nothing is kept here. Blocks for up to some seconds. Threadsafe.
 */
public final class PastFrames {
    /** A frame may have been written so long before and after it was taken, by other clocks. */
    private static final long BEFORE_MS = 2_000;

    private static final long AFTER_MS = 15_000;
    /** Evidence is made when the dashboard runs. */
    static final long EVIDENCE_AFTER_MS = Duration.ofHours(1).toMillis();

    /** A worker that is behind writes them as late. */
    private static final long THUMBNAIL_AFTER_MS = Duration.ofMinutes(10).toMillis();

    private static final long TIMEOUT_MS = 4_000;
    /** Of all frames of a span, each of which may become part of a video meanwhile. */
    private static final long SPAN_TIMEOUT_MS = 60_000;

    private static final Duration POLL = Duration.ofMillis(100);
    /** Whole frames pass by until the right one does, so that little is asked for at a time. */
    private static final Map<String, String> SMALL_FETCH =
            Map.of("max.poll.records", "50", "fetch.max.bytes", Integer.toString(4 << 20));

    /** Whether what is known of a camera at a moment, event time, was erased. */
    public interface Hidden {
        boolean test(String camera, long atMs);
    }

    private final Kafka kafka;
    private final Hidden hidden;

    public PastFrames(Kafka kafka, Hidden hidden) {
        this.kafka = kafka;
        this.hidden = hidden;
    }

    /** The frame of this camera that was taken at {@code atMs}, event time, or the first one after it. */
    public Optional<Frame> newest(String camera, long atMs) {
        return find(
                Topic.FRAMES,
                FrameId.newBuilder().setCamera(camera).build(),
                atMs,
                found -> found.getCapturedAtMs() >= atMs && !hidden.test(camera, found.getCapturedAtMs()));
    }

    /** @param atMs when it was taken, event time, give or take two seconds */
    public Optional<Frame> frame(FrameId id, long atMs) {
        return find(
                Topic.FRAMES,
                id,
                atMs,
                found -> found.getId().equals(id) && !hidden.test(id.getCamera(), found.getCapturedAtMs()));
    }

    /**
     * What was seen in a frame when it came.
     *
     * @param atMs when it was taken, event time, give or take two seconds
     */
    Optional<Observation> observation(FrameId id, long atMs) {
        return find(
                Topic.OBSERVATIONS,
                id,
                atMs,
                found -> !found.getBackfill()
                        && found.getFrame().equals(id)
                        && !hidden.test(id.getCamera(), found.getCapturedAtMs()));
    }

    /**
     * The small picture that was kept of a frame with what search looks in.
     *
     * @param atMs when it was taken, event time, give or take two seconds
     */
    public Optional<Thumbnail> thumbnail(FrameId id, long atMs) {
        return find(
                Topic.THUMBNAILS,
                id.getCamera(),
                atMs,
                THUMBNAIL_AFTER_MS,
                found -> found.getFrame().equals(id) && !hidden.test(id.getCamera(), found.getCapturedAtMs()));
    }

    /**
     * A picture that was kept of an alert.
     *
     * @param atMs when the moment was, event time
     */
    Optional<Evidence> evidence(String alert, String camera, long atMs, Predicate<Evidence> wanted) {
        return find(
                Topic.EVIDENCE,
                camera,
                atMs,
                EVIDENCE_AFTER_MS,
                found -> found.getAlert().equals(alert)
                        && !hidden.test(camera, found.getOpenedAtMs())
                        && wanted.test(found));
    }

    /** The furthest peak that was kept of an alert. */
    Optional<Evidence> lastPeak(String alert, String camera, long openedAtMs, long atMs) {
        List<Evidence> found = new ArrayList<>(1);
        scan(Topic.EVIDENCE, camera, openedAtMs, atMs + AFTER_MS, TIMEOUT_MS, evidence -> {
            if (evidence.getAlert().equals(alert)
                    && evidence.getMoment() == Evidence.Moment.PEAK
                    && !hidden.test(camera, openedAtMs)) {
                found.clear();
                found.add(evidence);
            }
            return true;
        });
        return found.stream().findFirst();
    }

    /** The video that was kept of an alert. */
    Optional<Clip> clip(String alert, String camera, long openedAtMs) {
        return find(
                Topic.CLIPS,
                camera,
                openedAtMs,
                EVIDENCE_AFTER_MS,
                found -> found.getAlert().equals(alert) && !hidden.test(camera, openedAtMs));
    }

    /** Frames of a span, event time, in the order in which they were written. */
    void frames(String camera, long fromMs, long toMs, Consumer<Frame> each) {
        scan(Topic.FRAMES, camera, fromMs, toMs + AFTER_MS, SPAN_TIMEOUT_MS, frame -> {
            long atMs = frame.getCapturedAtMs();
            if (atMs >= fromMs && atMs <= toMs && !hidden.test(camera, atMs)) {
                each.accept(frame);
            }
            return true;
        });
    }

    /** Observations of a span, as {@link #frames}. */
    void observations(String camera, long fromMs, long toMs, Consumer<Observation> each) {
        scan(Topic.OBSERVATIONS, camera, fromMs, toMs + AFTER_MS, SPAN_TIMEOUT_MS, observation -> {
            long atMs = observation.getCapturedAtMs();
            if (!observation.getBackfill() && atMs >= fromMs && atMs <= toMs) {
                each.accept(observation);
            }
            return true;
        });
    }

    /**
     * The frame's JPEG as it may be shown: what the camera hides is unrecognisable.
     *
     * @throws IOException when the frame is no picture, or a mask no mask
     */
    public byte[] shown(Frame frame, Camera camera) throws IOException {
        Optional<Observation> seen =
                HiddenParts.applyTo(camera) ? observation(frame.getId(), frame.getCapturedAtMs()) : Optional.empty();
        return EvidencePicture.hidden(frame, seen, camera);
    }

    private <T extends MessageLite> Optional<T> find(Topic<T> topic, FrameId id, long atMs, Predicate<T> wanted) {
        return find(topic, id.getCamera(), atMs, AFTER_MS, wanted);
    }

    private <T extends MessageLite> Optional<T> find(
            Topic<T> topic, String camera, long atMs, long afterMs, Predicate<T> wanted) {
        List<T> found = new ArrayList<>(1);
        scan(topic, camera, atMs, atMs + afterMs, TIMEOUT_MS, value -> {
            if (wanted.test(value)) {
                found.add(value);
            }
            return found.isEmpty();
        });
        return found.stream().findFirst();
    }

    /** Hears of a record, and says whether to go on. */
    private interface Step<T> {
        boolean take(T value);
    }

    /**
     * Where reading ends.
     *
     * @param lastMs at what was written later
     * @param untilMs by this process's clock
     */
    private record Bound(long lastMs, long untilMs) {}

    /**
     * Reads what a camera has in a topic, from a little before a moment to one or to the topic's end.
     *
     * @param lastMs of what was written later nothing is told
     */
    private <T extends MessageLite> void scan(
            Topic<T> topic, String camera, long atMs, long lastMs, long timeoutMs, Step<T> step) {
        try (KafkaConsumer<String, byte[]> consumer = kafka.consumer("past-frames", null, SMALL_FETCH)) {
            int partitions = consumer.partitionsFor(topic.topicName()).size();
            int number = Kafka.partitionOf(camera, partitions);
            TopicPartition partition = new TopicPartition(topic.topicName(), number);
            OffsetAndTimestamp start = consumer.offsetsForTimes(Map.of(partition, Math.max(0, atMs - BEFORE_MS)))
                    .get(partition);
            if (start != null) {
                consumer.assign(List.of(partition));
                consumer.seek(partition, start.offset());
                long untilMs = System.currentTimeMillis() + timeoutMs;
                read(consumer, partition, topic, camera, new Bound(lastMs, untilMs), step);
            }
        }
    }

    private static <T extends MessageLite> void read(
            KafkaConsumer<String, byte[]> consumer,
            TopicPartition partition,
            Topic<T> topic,
            String camera,
            Bound bound,
            Step<T> step) {
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        while (consumer.position(partition) < end && System.currentTimeMillis() < bound.untilMs) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (record.timestamp() > bound.lastMs) {
                    return;
                }
                Optional<T> found = camera.equals(record.key()) ? parsed(topic, record.value()) : Optional.empty();
                if (found.isPresent() && !step.take(found.get())) {
                    return;
                }
            }
        }
    }

    /** What cannot be read is put aside by the roles that live on it. */
    private static <T extends MessageLite> Optional<T> parsed(Topic<T> topic, byte[] bytes) {
        try {
            return Optional.ofNullable(topic.parse(bytes));
        } catch (MalformedRecordException e) {
            return Optional.empty();
        }
    }
}
