package io.segwatch.inference.worker;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.TinyModel;
import io.segwatch.inference.features.FeatureLog;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.worker.EncodedQueries.ActiveQuery;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A worker's parts from frame to observation, with a producer that keeps what is sent. */
final class PipelineRig implements AutoCloseable {
    static final SegmentationModel MODEL = TinyModel.shared();

    final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    final DeadLetters deadLetters = new DeadLetters(producer, "inference");
    final FailedFrames failed = new FailedFrames(deadLetters);
    final PromptHandler prompts =
            new PromptHandler(MODEL, Kafka.sender(Topic.INSTANCE_MASKS, producer, "inference"), 8);
    final FrameDecoder decoder;
    final BatchDecoder batches;
    final EncoderThread encoder;
    final FrameProcessor processor;
    final FramePipeline pipeline;
    private final FeatureLog features = new FeatureLog(
            MODEL,
            Duration.ZERO,
            camera -> Optional.empty(),
            Kafka.sender(Topic.FEATURES, producer, "inference"),
            Kafka.sender(Topic.THUMBNAILS, producer, "inference"));

    PipelineRig(InferenceConfig config, Supplier<List<ActiveQuery>> queries, Consumer<ImageBatch> encode) {
        decoder = new FrameDecoder(MODEL.description().input(), config.maxFramePixels());
        batches = new BatchDecoder(
                decoder, new BatchPool(MODEL), failed, new FrameChoices(config, queries, prompts::tracks));
        encoder = new EncoderThread("encoder", encode);
        processor = new FrameProcessor(
                MODEL,
                config,
                queries,
                prompts,
                Kafka.sender(Topic.OBSERVATIONS, producer, "inference"),
                features,
                failed);
        pipeline = pipeline(config);
    }

    /** Another one over the same parts. */
    FramePipeline pipeline(InferenceConfig config) {
        return new FramePipeline(new WaitingFrames(decoder, failed), batches, encoder, processor, config);
    }

    static ConsumerRecord<String, byte[]> record(Frame frame) {
        return new ConsumerRecord<>(
                Topic.FRAMES.topicName(),
                0,
                frame.getId().getSequence(),
                frame.getId().getCamera(),
                frame.toByteArray());
    }

    /** Waits until all that has been added is observed. */
    void finish() {
        while (!pipeline.isIdle()) {
            pipeline.advance(Duration.ofSeconds(1));
        }
    }

    List<Observation> observations() {
        return sent(Topic.OBSERVATIONS);
    }

    <T extends MessageLite> List<T> sent(Topic<T> topic) {
        return producer.history().stream()
                .filter(sent -> sent.topic().equals(topic.topicName()))
                .map(sent -> topic.parse(sent.value()))
                .toList();
    }

    @Override
    public void close() {
        encoder.close();
        processor.close();
        features.close();
        batches.close();
        decoder.close();
        producer.close();
    }
}
