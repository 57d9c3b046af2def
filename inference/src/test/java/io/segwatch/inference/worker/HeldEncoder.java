package io.segwatch.inference.worker;

import io.segwatch.inference.TinyModel;
import io.segwatch.inference.model.ImageBatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The tiny model's encoder, which begins a batch when it is told to and ends it when it is allowed to. */
final class HeldEncoder implements Consumer<ImageBatch> {
    private final Semaphore allowed = new Semaphore(0);
    private final AtomicInteger begun = new AtomicInteger();
    private volatile RuntimeException failure;

    @Override
    public void accept(ImageBatch batch) {
        begun.incrementAndGet();
        allowed.acquireUninterruptibly();
        if (failure != null) {
            throw failure;
        }
        TinyModel.shared().encode(batch);
    }

    void allow(int batches) {
        allowed.release(batches);
    }

    void fail(RuntimeException why) {
        failure = why;
        allow(1);
    }

    int begun() {
        return begun.get();
    }
}
