package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.CollectorRegistry;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FramePublisherTest {
    private static final Frame FRAME =
            Frame.newBuilder().setId(FrameId.newBuilder().setCamera("door")).build();

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
    private final Status status = new Status("door", "here", CameraStatus.State.LIVE, "", () -> {});
    private final FramePublisher publisher =
            new FramePublisher(Kafka.sender(Topic.FRAMES, producer, "ingest"), 2, new IngestMetrics("door"), status);

    @AfterEach
    void forget() {
        IngestMetrics.remove("door");
        producer.close();
    }

    private static double dropped(String reason) {
        return CollectorRegistry.defaultRegistry.getSampleValue(
                "segwatch_ingest_frames_dropped_total", new String[] {"camera", "reason"}, new String[] {"door", reason
                });
    }

    @Test
    void dropsAndCountsFramesWhileKafkaIsBehind() {
        publisher.publish(FRAME);
        publisher.publish(FRAME);
        assertThat(publisher.ready()).isFalse();
        assertThat(dropped("kafka_behind")).isEqualTo(1);
        producer.completeNext();
        assertThat(publisher.ready()).isTrue();
        assertThat(status.message().getFramesPublished()).isEqualTo(1);
    }

    @Test
    void countsFramesThatKafkaRefusesAndGoesOn() {
        publisher.publish(FRAME);
        producer.errorNext(new TimeoutException("gone"));
        assertThat(dropped("kafka_failed")).isEqualTo(1);
        assertThat(publisher.ready()).isTrue();
        producer.sendException = new TimeoutException("no metadata");
        publisher.publish(FRAME);
        publisher.publish(FRAME);
        assertThat(dropped("kafka_failed")).isEqualTo(3);
        assertThat(publisher.ready()).isTrue();
        assertThat(status.message().getFramesPublished()).isZero();
    }
}
