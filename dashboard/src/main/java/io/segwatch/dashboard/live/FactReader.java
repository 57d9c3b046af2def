package io.segwatch.dashboard.live;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.past.Past;
import io.segwatch.kafka.ConsumerLag;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Frame;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Observation;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Reads the facts that the page shows, on one thread, as they come: no group, from the end, but for the areas and
 * alerts of the last minutes and hours. Frames are read only of cameras that are watched or requested, from the newest
 * on.
 */
final class FactReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FactReader.class);
    private static final Duration AREAS_BACK = Duration.ofMinutes(15);
    private static final Duration ALERTS_BACK = Duration.ofHours(24);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long REQUEST_LASTS_MS = 30_000;
    private static final int MAX_CAMERAS = 10_000;
    private static final double FRESH_MS = 3_000;
    /** A camera's pictures come a little late. */
    private static final double INTERVALS = 2.5;

    private final Past.Hidden hidden;
    private final RecentAreas areas;
    private final Past past;
    private final RecentAlerts alerts;
    private final Prompts prompts;
    private final LiveSockets sockets;
    private final EventStreams events;
    private final DeadLetters deadLetters;
    private final KafkaConsumer<String, byte[]> consumer;
    private final ConsumerLag lag;
    private final int framePartitions;
    private final List<TopicPartition> always;
    private final Map<String, Long> requestedUntilMs = new ConcurrentHashMap<>();
    private final Map<String, LivePicture> newest = new ConcurrentHashMap<>();
    private final Map<String, Long> observationAgeMs = new ConcurrentHashMap<>();
    private final Map<String, Long> skippedFrames = new ConcurrentHashMap<>();
    /** Cameras whose last observations may still come. */
    private final Set<String> removed = ConcurrentHashMap.newKeySet();

    private final Map<String, FrameJoiner> joiners = new HashMap<>();
    private Set<TopicPartition> flowing = Set.of();
    private final ConsumerThread thread;

    FactReader(
            Kafka kafka,
            RecentAreas areas,
            Past past,
            RecentAlerts alerts,
            Prompts prompts,
            LiveSockets sockets,
            EventStreams events,
            DeadLetters deadLetters,
            Past.Hidden hidden) {
        this.hidden = hidden;
        this.areas = areas;
        this.past = past;
        this.alerts = alerts;
        this.prompts = prompts;
        this.sockets = sockets;
        this.events = events;
        this.deadLetters = deadLetters;
        this.consumer = kafka.consumer("dashboard-facts", null, Map.of("auto.offset.reset", "latest"));
        this.framePartitions = consumer.partitionsFor(Topic.FRAMES.topicName()).size();
        this.always = assign();
        this.lag = ConsumerLag.show("dashboard", consumer::metrics);
        this.thread = new ConsumerThread("dashboard-facts", consumer, this::step).start();
    }

    /** Reads frames of this camera for the next half minute. Threadsafe. */
    void requestFrames(String camera) {
        requestedUntilMs.put(camera, System.currentTimeMillis() + REQUEST_LASTS_MS);
    }

    /** The camera's newest picture, if it is watched or was requested lately. Threadsafe. */
    Optional<LivePicture> newest(String camera) {
        return Optional.ofNullable(newest.get(camera));
    }

    /** How old each camera's newest observation was when it was read, milliseconds since its capture. Threadsafe. */
    Map<String, Long> observationAges() {
        return Map.copyOf(observationAgeMs);
    }

    /** How many of the camera's frames workers have skipped since this started. Threadsafe. */
    long skippedFrames(String camera) {
        return skippedFrames.getOrDefault(camera, 0L);
    }

    boolean alive() {
        return thread.failure().isEmpty();
    }

    private List<TopicPartition> assign() {
        List<TopicPartition> partitions =
                Kafka.partitions(consumer, Topic.OBSERVATIONS, Topic.INSTANCE_MASKS, Topic.AREAS, Topic.ALERTS);
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        seekBack(of(partitions, Topic.AREAS), AREAS_BACK);
        seekBack(of(partitions, Topic.ALERTS), ALERTS_BACK);
        // The end is looked up now, so that what is written once we have started is read.
        partitions.forEach(consumer::position);
        events.begin(of(partitions, Topic.ALERTS).stream()
                .sorted(Comparator.comparingInt(TopicPartition::partition))
                .mapToLong(consumer::position)
                .toArray());
        return partitions;
    }

    private void seekBack(List<TopicPartition> partitions, Duration span) {
        long from = System.currentTimeMillis() - span.toMillis();
        Map<TopicPartition, OffsetAndTimestamp> starts =
                consumer.offsetsForTimes(partitions.stream().collect(Collectors.toMap(p -> p, p -> from)));
        starts.forEach((partition, start) -> {
            if (start != null) {
                consumer.seek(partition, start.offset());
            }
        });
    }

    private static List<TopicPartition> of(List<TopicPartition> partitions, Topic<?> topic) {
        return partitions.stream()
                .filter(partition -> partition.topic().equals(topic.topicName()))
                .toList();
    }

    private void step() {
        sockets.greet(this::fresh);
        reassignFrames();
        consumer.poll(POLL).forEach(this::take);
        long now = System.currentTimeMillis();
        joiners.values().forEach(joiner -> joiner.expire(now));
    }

    /** Lets the frames of watched cameras flow, from the newest on, and stops the others. */
    private void reassignFrames() {
        long now = System.currentTimeMillis();
        requestedUntilMs.values().removeIf(until -> until < now);
        Set<String> cameras = new HashSet<>(sockets.watchedCameras());
        cameras.addAll(requestedUntilMs.keySet());
        joiners.keySet().retainAll(cameras);
        newest.keySet().retainAll(cameras);
        cameras.forEach(camera -> joiners.computeIfAbsent(camera, key -> new FrameJoiner(this::show)));
        Set<TopicPartition> wanted = cameras.stream().map(this::framePartition).collect(Collectors.toSet());
        if (wanted.equals(flowing)) {
            return;
        }
        Set<TopicPartition> fresh = new HashSet<>(wanted);
        fresh.removeAll(flowing);
        Set<TopicPartition> all = new HashSet<>(always);
        all.addAll(wanted);
        consumer.assign(all);
        if (!fresh.isEmpty()) {
            // Given no partitions, it would skip to the end of all.
            consumer.seekToEnd(fresh);
        }
        flowing = wanted;
    }

    private TopicPartition framePartition(String camera) {
        int partition = Kafka.partitionOf(camera, framePartitions);
        return new TopicPartition(Topic.FRAMES.topicName(), partition);
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        try {
            if (record.value() != null) {
                dispatch(record);
            }
        } catch (MalformedRecordException e) {
            deadLetters.put(record, e.getMessage());
        } catch (RuntimeException e) {
            log.error("{} {} could not be shown", record.topic(), record.offset(), e);
        }
    }

    private void dispatch(ConsumerRecord<String, byte[]> record) {
        String topic = record.topic();
        if (topic.equals(Topic.FRAMES.topicName())) {
            frame(Topic.FRAMES.parse(record.value()));
        } else if (topic.equals(Topic.OBSERVATIONS.topicName())) {
            observation(Topic.OBSERVATIONS.parse(record.value()));
        } else if (topic.equals(Topic.INSTANCE_MASKS.topicName())) {
            instance(Topic.INSTANCE_MASKS.parse(record.value()));
        } else if (topic.equals(Topic.AREAS.topicName())) {
            area(Topic.AREAS.parse(record.value()));
        } else {
            alert(record, Topic.ALERTS.parse(record.value()));
        }
    }

    private void area(Area area) {
        if (!hidden.test(area.getCamera(), area.getWindowStartMs())) {
            areas.add(area);
            past.onArea(area);
            sockets.onArea(area);
            events.onArea(area);
        }
    }

    private void alert(ConsumerRecord<String, byte[]> record, Alert alert) {
        if (hidden.test(alert.getCamera(), alert.getAtMs())) {
            events.passOver(record.partition(), record.offset());
            return;
        }
        alerts.add(alert);
        sockets.onAlert(alert);
        events.onAlert(alert, record.partition(), record.offset());
    }

    /** The camera is defined, or no longer: then nothing is told of it. */
    void defined(String camera, boolean exists) {
        if (exists) {
            removed.remove(camera);
            return;
        }
        if (removed.size() < MAX_CAMERAS) {
            removed.add(camera);
        }
        observationAgeMs.remove(camera);
        skippedFrames.remove(camera);
        DashboardMetrics.OBSERVATION_AGE.remove(camera);
    }

    private void frame(Frame frame) {
        FrameJoiner joiner = joiners.get(frame.getId().getCamera());
        boolean erased = hidden.test(frame.getId().getCamera(), frame.getCapturedAtMs());
        if (joiner != null && !frame.getJpeg().isEmpty() && !erased) {
            joiner.frame(frame, System.currentTimeMillis());
        }
    }

    private void observation(Observation observation) {
        String camera = observation.getFrame().getCamera();
        if (hidden.test(camera, observation.getCapturedAtMs())) {
            return;
        }
        long now = System.currentTimeMillis();
        if (!observation.getBackfill()
                && !removed.contains(camera)
                && (observationAgeMs.size() < MAX_CAMERAS || observationAgeMs.containsKey(camera))) {
            observationAgeMs.put(camera, Math.max(0, now - observation.getCapturedAtMs()));
            skippedFrames.merge(camera, Integer.toUnsignedLong(observation.getSkipped()), Long::sum);
            DashboardMetrics.OBSERVATION_AGE.labels(camera).set(observationAgeMs.get(camera) / 1e3);
        }
        past.onObservation(observation);
        events.onObservation(observation);
        FrameJoiner joiner = joiners.get(camera);
        if (joiner != null) {
            joiner.observation(observation, now);
        }
    }

    private void instance(InstanceMask mask) {
        if (hidden.test(mask.getFrame().getCamera(), mask.getCapturedAtMs())) {
            return;
        }
        prompts.answer(mask);
        sockets.onInstance(mask);
    }

    /** What the camera shows now, as far as its rate lets one say. */
    private Optional<LivePicture> fresh(String camera) {
        return newest(camera)
                .filter(picture -> picture.ageMs() <= freshMs(picture.targetFps())
                        && !hidden.test(camera, picture.capturedAtMs()));
    }

    private static double freshMs(double fps) {
        return Math.max(FRESH_MS, fps > 0 ? INTERVALS * 1_000 / fps : 0);
    }

    private void show(LivePicture picture) {
        MDC.put("camera", picture.frame().getCamera());
        newest.put(picture.frame().getCamera(), picture);
        sockets.show(picture);
        MDC.remove("camera");
    }

    @Override
    public void close() {
        thread.close();
        lag.close();
    }
}
