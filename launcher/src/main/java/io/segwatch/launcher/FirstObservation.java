package io.segwatch.launcher;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ConsumerThread;
import io.segwatch.kafka.Kafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Waits for the first observation after its start: from then on the page shows an overlay. */
final class FirstObservation implements ConsumerThread.Reader, AutoCloseable {
    private final KafkaConsumer<String, byte[]> consumer;
    private final CountDownLatch observed = new CountDownLatch(1);
    private final ConsumerThread thread;

    FirstObservation(Kafka kafka) {
        consumer = kafka.consumer("demo", null, Map.of());
        thread = new ConsumerThread("demo-observations", consumer, this).start();
    }

    /** True once there was one; false after the timeout. */
    boolean await(Duration timeout) throws InterruptedException {
        return observed.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void begin() {
        List<TopicPartition> partitions = Kafka.partitions(consumer, Topic.OBSERVATIONS);
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
    }

    @Override
    public void step() {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
            if (!Topic.OBSERVATIONS.parse(record.value()).getBackfill()) {
                observed.countDown();
            }
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
