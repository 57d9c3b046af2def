package io.segwatch.inference.worker;

import io.segwatch.contracts.Topic;
import io.segwatch.inference.features.FeatureLog;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.worker.EncoderThread.EncodedBatch;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * A model in memory, with its queries and its {@link Lane}. Made and closed on any thread; what the lane is made of is
 * for the worker's thread.
 */
final class ModelLane implements AutoCloseable {
    private final SegmentationModel model;
    private final EncodedQueries queries;
    private final FeatureLog features;
    private final FrameDecoder decoder;
    private final BatchDecoder batchDecoder;
    private final EncoderThread encoder;
    private final Lane lane;

    /** What the lanes of a worker have in common. */
    record Surroundings(
            Kafka kafka,
            Producer<String, byte[]> producer,
            InferenceConfig config,
            CameraMasks cameras,
            DeadLetters deadLetters,
            String role) {}

    /**
     * @param name of its threads and readers
     * @param model closed with it
     * @param observed hears of each batch whose observations were sent
     */
    ModelLane(String name, SegmentationModel model, Surroundings around, Consumer<EncodedBatch> observed) {
        this.model = model;
        InferenceConfig config = around.config();
        DeadLetters deadLetters = around.deadLetters();
        queries = new EncodedQueries(around.kafka(), name, model, config.maxQueries(), deadLetters);
        PromptHandler prompts = new PromptHandler(
                model, Kafka.sender(Topic.INSTANCE_MASKS, around.producer(), around.role()), config.maxTracks());
        features = new FeatureLog(
                model,
                config.features().interval(),
                around.cameras()::of,
                Kafka.sender(Topic.FEATURES, around.producer(), around.role()),
                Kafka.sender(Topic.THUMBNAILS, around.producer(), around.role()));
        FailedFrames failed = new FailedFrames(deadLetters);
        decoder = new FrameDecoder(model.description().input(), config.maxFramePixels());
        batchDecoder = new BatchDecoder(
                decoder, new BatchPool(model), failed, new FrameChoices(config, queries::entries, prompts::tracks));
        encoder = new EncoderThread(name + "-encoder", model::encode);
        FrameProcessor processor = new FrameProcessor(
                model,
                config,
                queries::entries,
                prompts,
                Kafka.sender(Topic.OBSERVATIONS, around.producer(), around.role()),
                features,
                failed);
        FramePipeline frames = new FramePipeline(
                new WaitingFrames(decoder, failed), batchDecoder, encoder, processor, config, observed);
        lane = new Lane(frames, processor, new PromptQueue(prompts, processor::history, deadLetters));
    }

    SegmentationModel model() {
        return model;
    }

    EncodedQueries queries() {
        return queries;
    }

    FeatureLog features() {
        return features;
    }

    EncoderThread encoder() {
        return encoder;
    }

    Lane lane() {
        return lane;
    }

    /** Nobody may use the lane any more. */
    @Override
    public void close() {
        encoder.close();
        lane.processor().close();
        features.close();
        queries.close();
        batchDecoder.close();
        decoder.close();
        model.close();
    }
}
