package io.segwatch.inference.worker;

import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.SegmentationModel;
import java.util.LinkedHashMap;
import java.util.Map;

/** The encoder's buffers for the shapes used last. For one thread. */
final class BatchPool implements AutoCloseable {
    private static final int MAX_SHAPES = 6;

    private record Shape(int count, int width, int height) {}

    private final SegmentationModel model;
    private final Map<Shape, ImageBatch> batches = new LinkedHashMap<>(16, 0.75f, true);

    BatchPool(SegmentationModel model) {
        this.model = model;
    }

    ImageBatch get(int count, int width, int height) {
        ImageBatch batch =
                batches.computeIfAbsent(new Shape(count, width, height), shape -> model.batch(count, width, height));
        if (batches.size() > MAX_SHAPES) {
            Shape eldest = batches.keySet().iterator().next();
            batches.remove(eldest).close();
        }
        return batch;
    }

    @Override
    public void close() {
        batches.values().forEach(ImageBatch::close);
    }
}
