package io.segwatch.inference.worker;

import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes waiting frames into buffers of the encoder. For the worker's thread. */
final class BatchDecoder implements AutoCloseable {
    private final FrameDecoder decoder;
    private final BatchPool pool;
    private final FailedFrames failed;

    BatchDecoder(FrameDecoder decoder, BatchPool pool, FailedFrames failed) {
        this.decoder = decoder;
        this.pool = pool;
        this.failed = failed;
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
        for (WaitingFrame one : waiting) {
            try {
                decoder.decode(one, images, decoded.size());
                decoded.add(one);
            } catch (RuntimeException e) {
                failed.put(one.record(), e);
            }
        }
        if (decoded.isEmpty()) {
            pool.giveBack(images);
            return Optional.empty();
        }
        return Optional.of(new FrameBatch(decoded, images));
    }

    /** Takes the buffers of a batch that nobody reads any more. */
    void giveBack(FrameBatch batch) {
        pool.giveBack(batch.images());
    }

    @Override
    public void close() {
        pool.close();
    }
}
