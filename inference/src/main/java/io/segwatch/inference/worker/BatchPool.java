package io.segwatch.inference.worker;

import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.SegmentationModel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** The encoder's buffers that are not in use, of the shapes used last. For one thread. */
final class BatchPool implements AutoCloseable {
    private static final int MAX_UNUSED = 8;

    private final SegmentationModel model;
    private final Deque<ImageBatch> unused = new ArrayDeque<>();

    BatchPool(SegmentationModel model) {
        this.model = model;
    }

    /** Buffers of that shape for the caller alone, until {@link #giveBack}. */
    ImageBatch take(int count, int width, int height) {
        for (Iterator<ImageBatch> newestFirst = unused.iterator(); newestFirst.hasNext(); ) {
            ImageBatch batch = newestFirst.next();
            if (batch.count() == count && batch.width() == width && batch.height() == height) {
                newestFirst.remove();
                return batch;
            }
        }
        return model.batch(count, width, height);
    }

    void giveBack(ImageBatch batch) {
        unused.addFirst(batch);
        if (unused.size() > MAX_UNUSED) {
            unused.removeLast().close();
        }
    }

    @Override
    public void close() {
        unused.forEach(ImageBatch::close);
        unused.clear();
    }
}
