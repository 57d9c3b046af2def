package io.segwatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConsumerThreadIT {
    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(1);

    private static Kafka kafka;

    @BeforeAll
    static void start() {
        kafka = KAFKA.kafka();
    }

    @Test
    void whatKafkaCallsRetriableIsTriedAgain() {
        AtomicInteger steps = new AtomicInteger();
        try (ConsumerThread thread = thread(() -> {
            if (steps.incrementAndGet() < 3) {
                throw new TimeoutException("the broker is away");
            }
        })) {
            thread.start();
            await().until(() -> steps.get() > 3);
            assertThat(thread.failure()).isEmpty();
        }
    }

    @Test
    void anythingElseEndsTheThreadAndIsKept() {
        AtomicBoolean ended = new AtomicBoolean();
        ConsumerThread.Reader reader = new ConsumerThread.Reader() {
            @Override
            public void step() {
                throw new AssertionError("no memory");
            }

            @Override
            public void end() {
                ended.set(true);
            }
        };
        KafkaConsumer<String, byte[]> consumer = consumer();
        try (ConsumerThread thread = new ConsumerThread("failing", consumer, reader).start()) {
            await().until(() -> thread.failure().isPresent());
            assertThat(thread.failure()).get().isInstanceOf(AssertionError.class);
            await().untilTrue(ended);
        }
    }

    @Test
    void closingInterruptsAPollAndIsNoFailure() {
        KafkaConsumer<String, byte[]> consumer = consumer();
        AtomicBoolean polling = new AtomicBoolean();
        ConsumerThread thread = new ConsumerThread("polling", consumer, new ConsumerThread.Reader() {
            @Override
            public void begin() {
                consumer.assign(List.of(new TopicPartition(Topic.QUERIES.topicName(), 0)));
            }

            @Override
            public void step() {
                polling.set(true);
                consumer.poll(Duration.ofMinutes(10));
            }
        });
        thread.start();
        await().untilTrue(polling);
        thread.close();
        assertThat(thread.failure()).isEmpty();
    }

    @Test
    void aThreadThatWasNeverStartedCanBeClosed() {
        ConsumerThread thread = thread(() -> {});
        thread.close();
        assertThat(thread.failure()).isEmpty();
    }

    private static ConsumerThread thread(ConsumerThread.Reader reader) {
        return new ConsumerThread("test", consumer(), reader);
    }

    private static KafkaConsumer<String, byte[]> consumer() {
        return kafka.consumer("test", null, Map.of("auto.offset.reset", "earliest"));
    }
}
