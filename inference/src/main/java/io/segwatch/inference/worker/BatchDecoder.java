package io.segwatch.inference.worker;

import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.worker.FrameBatch.ReusedFrame;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes waiting frames into buffers of the encoder. For the worker's thread. */
final class BatchDecoder implements AutoCloseable {
    private final FrameDecoder decoder;
    private final BatchPool pool;
    private final FailedFrames failed;
    private final FrameChoices choices;

    BatchDecoder(FrameDecoder decoder, BatchPool pool, FailedFrames failed, FrameChoices choices) {
        this.decoder = decoder;
        this.pool = pool;
        this.failed = failed;
        this.choices = choices;
    }

    /**
     * The frames that could be decoded, empty when none could; the others go to dead-letter.
     *
     * @param waiting frames of one input size
     */
    Optional<FrameBatch> decode(List<WaitingFrame> waiting) {
        InputGeometry size = waiting.get(0).geometry();
        ImageBatch images = pool.take(waiting.size(), size.inputWidth(), size.inputHeight());
        List<WaitingFrame> decoded = new ArrayList<>(waiting.size());
        List<ReusedFrame> reused = new ArrayList<>();
        for (WaitingFrame one : waiting) {
            try {
                decoder.decode(one, images, decoded.size());
                choices.earlier(one, images, decoded.size())
                        .ifPresentOrElse(earlier -> reused.add(new ReusedFrame(one, earlier)), () -> decoded.add(one));
            } catch (RuntimeException e) {
                failed.put(one.record(), e);
            }
        }
        if (decoded.isEmpty()) {
            pool.giveBack(images);
            return reused.isEmpty() ? Optional.empty() : Optional.of(new FrameBatch(decoded, null, reused));
        }
        return Optional.of(new FrameBatch(decoded, reused.isEmpty() ? images : fit(images, decoded.size()), reused));
    }

    /** The first pictures in buffers for no more: the encoder would take as long as for all. */
    private ImageBatch fit(ImageBatch images, int count) {
        ImageBatch fitting = pool.take(count, images.width(), images.height());
        for (int i = 0; i < count; i++) {
            fitting.pixels(i).put(images.pixels(i));
        }
        pool.giveBack(images);
        return fitting;
    }

    /** No answer of the camera's last frame can be used again. */
    void forget(String camera) {
        choices.forget(camera);
    }

    /** Takes the buffers of a batch that nobody reads any more. */
    void giveBack(FrameBatch batch) {
        if (batch.images() != null) {
            pool.giveBack(batch.images());
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
