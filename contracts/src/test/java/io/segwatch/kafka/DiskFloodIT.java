package io.segwatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Retention;
import io.segwatch.contracts.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DiskFloodIT {
    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(4);

    private static final List<Topic<?>> FLOODED = List.of(Topic.FRAMES, Topic.EVIDENCE, Topic.FEATURES);
    /** Noise of the default working size, as JPEG. */
    private static final int PICTURE_BYTES = 230_000;
    /** As fast as a camera may be read. */
    private static final long EVERY_MICROS = 1_000_000 / 60;

    private static final long FLOOD_BYTES = 320L << 20;

    @Test
    void whatACameraFloodsStaysWithinWhatTopicsMayHold() throws Exception {
        Retention least = new Retention(Duration.ofDays(1), 32 << 20);
        List<TopicSetup.Size> sizes = new TopicSetup(
                        KAFKA.kafka(), Map.of(Topic.FRAMES, least, Topic.EVIDENCE, least, Topic.FEATURES, least))
                .apply();
        byte[] noise = new byte[PICTURE_BYTES];
        new Random(7).nextBytes(noise);
        AtomicLong written = new AtomicLong();
        ScheduledExecutorService camera = Executors.newSingleThreadScheduledExecutor();
        try {
            camera.scheduleAtFixedRate(() -> flood(noise, written), 0, EVERY_MICROS, TimeUnit.MICROSECONDS);
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(500))
                    .failFast(() -> sizes.stream()
                            .filter(size -> FLOODED.contains(size.topic()))
                            .forEach(size -> assertThat(onDisk(size.topic()))
                                    .as("bytes of " + size.topic() + " on disk, what is deleted and still there too")
                                    .isLessThan(size.bytes())))
                    .until(() -> written.get() > FLOOD_BYTES);
        } finally {
            camera.shutdownNow();
        }
    }

    private static void flood(byte[] noise, AtomicLong written) {
        for (Topic<?> topic : FLOODED) {
            KAFKA.producer().send(new ProducerRecord<>(topic.topicName(), "noisy", noise));
        }
        written.addAndGet(noise.length);
    }

    private static long onDisk(Topic<?> topic) {
        try (Stream<Path> files = Files.walk(KAFKA.clientFile().getParent())) {
            return files.filter(
                            file -> file.getParent().getFileName().toString().startsWith(topic.topicName() + "-"))
                    .mapToLong(DiskFloodIT::size)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            // One went while they were listed.
            return 0;
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
