package io.segwatch.inference.worker;

import io.segwatch.inference.worker.EncoderThread.EncodedBatch;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import io.segwatch.kafka.RecordLag;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The way of frames through the worker: they wait, newer ones replacing older ones, until the encoder has room; are
 * decoded, encoded on another thread, and observed. While a batch is encoded, the next one is decoded and the last one
 * observed. A camera's frames keep their order. For the worker's thread, but for {@link #behind}.
 */
final class FramePipeline {
    private static final Duration A_MOMENT = Duration.ofMillis(100);
    /** What is read while the encoder has no room waits anyway, so that it is looked for less often. */
    private static final int WITHOUT_ROOM = 5;

    private final WaitingFrames waiting;
    private final BatchDecoder decoder;
    private final EncoderThread encoder;
    private final FrameProcessor processor;
    private final int maxBatch;
    private final BatchPatience patience;
    private final RecordLag lag;
    private final Consumer<EncodedBatch> observed;

    FramePipeline(
            WaitingFrames waiting,
            BatchDecoder decoder,
            EncoderThread encoder,
            FrameProcessor processor,
            InferenceConfig config) {
        this(waiting, decoder, encoder, processor, config, done -> {});
    }

    /** @param observed hears of each batch whose observations were sent; it is gone when this returns */
    FramePipeline(
            WaitingFrames waiting,
            BatchDecoder decoder,
            EncoderThread encoder,
            FrameProcessor processor,
            InferenceConfig config,
            Consumer<EncodedBatch> observed) {
        this.observed = observed;
        this.waiting = waiting;
        this.decoder = decoder;
        this.encoder = encoder;
        this.processor = processor;
        this.maxBatch = config.maxBatch();
        this.patience = new BatchPatience(config.batchWait());
        this.lag = new RecordLag(config.maxLag());
    }

    void add(ConsumerRecord<String, byte[]> record) {
        waiting.add(record);
    }

    /** Frames added since the start; to be given to {@link #isDoneWith}. */
    long added() {
        return waiting.added();
    }

    /** True while no frame waits or is encoded. */
    boolean isIdle() {
        return waiting.isEmpty() && encoder.isIdle();
    }

    /**
     * Gives the encoder what it has room for, and observes what it is done with.
     *
     * @param patience how long to wait for a batch that is being encoded; five times as long when another waits already
     */
    void advance(Duration patience) {
        feed();
        Optional<EncodedBatch> done = encoder.next(encoder.hasRoom() ? patience : patience.multipliedBy(WITHOUT_ROOM));
        while (done.isPresent()) {
            observe(done.get());
            done = encoder.next(Duration.ZERO);
        }
    }

    private void feed() {
        while (!waiting.isEmpty() && encoder.hasRoom() && isBatchDue()) {
            if (encoder.isIdle()) {
                lag.begin();
            }
            decoder.decode(waiting.takeBatch(maxBatch)).ifPresent(encoder::submit);
        }
    }

    private boolean isBatchDue() {
        return patience.isNone()
                || patience.isOver(
                        waiting.together(maxBatch),
                        Math.min(maxBatch, processor.cameras().size()));
    }

    /** How long nothing is to be done unless more frames come; zero while the encoder works. */
    Duration untilDue() {
        return encoder.isIdle() ? patience.left() : Duration.ZERO;
    }

    private void observe(EncodedBatch done) {
        processor.observe(done).forEach(decoder::forget);
        done.batch().all().forEach(one -> lag.done(one.frame().getCapturedAtMs()));
        observed.accept(done);
        decoder.giveBack(done.batch());
        if (!encoder.isIdle()) {
            lag.begin();
        }
    }

    /** Observes every frame that has been decoded; others go on waiting. Takes as long as the encoder does. */
    void finishDecoded() {
        while (!encoder.isIdle()) {
            encoder.next(A_MOMENT).ifPresent(this::observe);
        }
    }

    /** Forgets every frame that has been decoded: another worker has observed it, or newer ones. */
    void discardDecoded() {
        while (!encoder.isIdle()) {
            encoder.next(A_MOMENT).ifPresent(done -> decoder.giveBack(done.batch()));
        }
    }

    /** Forgets the frames that wait and came from these partitions. */
    void dropWaiting(Collection<TopicPartition> partitions) {
        waiting.drop(partitions);
    }

    /** Gives up the frames that wait and are of these cameras, to be added elsewhere. */
    List<WaitingFrame> takeWaiting(Predicate<String> cameras) {
        return waiting.take(cameras);
    }

    /** Whether each frame of the camera that was among the first {@code added} has been observed, or a newer one. */
    boolean isDoneWith(String camera, long added) {
        return unobserved()
                .noneMatch(one ->
                        one.since() <= added && one.frame().getId().getCamera().equals(camera));
    }

    /** The records whose results are not with Kafka. */
    Stream<ConsumerRecord<String, byte[]>> open() {
        return unobserved().map(WaitingFrame::record);
    }

    private Stream<WaitingFrame> unobserved() {
        return Stream.concat(waiting.frames(), encoder.frames());
    }

    /** Why frames wait too long for their turn; empty while they do not. */
    Optional<String> behind() {
        return lag.behind();
    }
}
