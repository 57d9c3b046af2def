package io.segwatch.bench.faults;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What comes out of Segwatch from now on, by camera, and when it came. Threadsafe. */
final class TopicWatch implements ConsumerThread.Reader, AutoCloseable {
    /**
     * @param nanos System.nanoTime() at which it could be read
     * @param at partition and offset
     */
    record Sighting<T>(T message, long nanos, String at) {}

    private final KafkaConsumer<String, byte[]> consumer;
    private final ConsumerThread thread;
    private final CountDownLatch watching = new CountDownLatch(1);
    private final Map<String, List<Sighting<CameraStatus>>> statuses = new HashMap<>();
    private final Map<String, List<Sighting<Frame>>> frames = new HashMap<>();
    private final Map<String, List<Sighting<Observation>>> observations = new HashMap<>();
    private final Map<String, List<Sighting<Alert>>> alerts = new HashMap<>();

    /** Returns when it sees what comes next. */
    TopicWatch(Kafka kafka) throws InterruptedException {
        consumer = kafka.consumer("faults-watch", null, Map.of());
        thread = new ConsumerThread("faults-watch", consumer, this).start();
        if (!watching.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("The broker's topics cannot be read");
        }
    }

    @Override
    public void begin() {
        List<TopicPartition> partitions =
                Kafka.partitions(consumer, Topic.CAMERA_STATUS, Topic.FRAMES, Topic.OBSERVATIONS, Topic.ALERTS);
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        watching.countDown();
    }

    @Override
    public void step() {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
            if (record.value() != null) {
                take(record);
            }
        }
    }

    private synchronized void take(ConsumerRecord<String, byte[]> record) {
        if (record.topic().equals(Topic.CAMERA_STATUS.topicName())) {
            add(statuses, record, Topic.CAMERA_STATUS.parse(record.value()));
        } else if (record.topic().equals(Topic.FRAMES.topicName())) {
            Frame frame = Topic.FRAMES.parse(record.value());
            add(frames, record, frame.toBuilder().clearJpeg().build());
        } else if (record.topic().equals(Topic.ALERTS.topicName())) {
            add(alerts, record, Topic.ALERTS.parse(record.value()));
        } else {
            Observation observation = Topic.OBSERVATIONS.parse(record.value());
            add(observations, record, observation.toBuilder().clearQueries().build());
        }
    }

    private static <T> void add(Map<String, List<Sighting<T>>> all, ConsumerRecord<String, byte[]> record, T message) {
        all.computeIfAbsent(record.key(), any -> new ArrayList<>())
                .add(new Sighting<>(message, System.nanoTime(), record.partition() + "/" + record.offset()));
    }

    synchronized List<Sighting<CameraStatus>> statuses(String camera) {
        return List.copyOf(statuses.getOrDefault(camera, List.of()));
    }

    synchronized List<Sighting<Frame>> frames(String camera) {
        return List.copyOf(frames.getOrDefault(camera, List.of()));
    }

    synchronized List<Sighting<Observation>> observations(String camera) {
        return List.copyOf(observations.getOrDefault(camera, List.of()));
    }

    synchronized List<Sighting<Alert>> alerts(String camera) {
        return List.copyOf(alerts.getOrDefault(camera, List.of()));
    }

    /** Of all cameras. */
    synchronized List<Alert> alertsSince(long nanos) {
        return alerts.values().stream()
                .flatMap(List::stream)
                .filter(alert -> alert.nanos() > nanos)
                .map(Sighting::message)
                .toList();
    }

    /** The first sighting after {@code nanos} that {@code which} holds for; null when there is none. */
    static <T> Sighting<T> first(List<Sighting<T>> sightings, long nanos, Predicate<T> which) {
        return sightings.stream()
                .filter(sighting -> sighting.nanos() > nanos && which.test(sighting.message()))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() {
        thread.close();
    }
}
