package io.segwatch.inference.worker;

import static org.bytedeco.opencv.global.opencv_core.CV_16F;
import static org.bytedeco.opencv.global.opencv_core.CV_32F;

import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A frame's encoding in native memory at half precision (CV_16F). Its scores differ from the live ones by less than a
 * hundredth of a logit.
 */
final class CachedEncoding implements AutoCloseable {
    private final FrameId frame;
    private final long capturedAtMs;
    private final double targetFps;
    private final InputGeometry geometry;
    private final Encoding shape;
    private final Mat textAligned;
    private final Mat backgroundLse;
    private final Mat imageFeature;
    private Mat imageEmbedding;
    private boolean[] moving;
    /** Later frames that it answered too. */
    private final List<Reuse> reuses = new ArrayList<>();

    /** A later frame that looks the same, and when it was captured. */
    record Reuse(FrameId frame, long capturedAtMs) {}

    /** @param moving positions where the picture may have changed since the frame before; null where not known */
    CachedEncoding(Frame frame, InputGeometry geometry, Encoding encoding, boolean[] moving) {
        this.frame = frame.getId();
        this.capturedAtMs = frame.getCapturedAtMs();
        this.targetFps = frame.getTargetFps();
        this.geometry = geometry;
        this.shape = encoding.over(null, null, null, null);
        this.textAligned = half(encoding.textAligned());
        this.backgroundLse = half(encoding.backgroundLse());
        this.imageFeature = half(encoding.imageFeature());
        this.imageEmbedding = half(encoding.imageEmbedding());
        this.moving = moving;
    }

    FrameId frame() {
        return frame;
    }

    /** A later frame is answered from it. */
    void answers(Frame later) {
        reuses.add(new Reuse(later.getId(), later.getCapturedAtMs()));
    }

    List<Reuse> reuses() {
        return reuses;
    }

    /** Frames from here to the nearest one that it answered; 0 for those. */
    long distance(long sequence) {
        long last = reuses.isEmpty()
                ? frame.getSequence()
                : reuses.get(reuses.size() - 1).frame().getSequence();
        return Math.max(0, Math.max(frame.getSequence() - sequence, sequence - last));
    }

    long capturedAtMs() {
        return capturedAtMs;
    }

    double targetFps() {
        return targetFps;
    }

    InputGeometry geometry() {
        return geometry;
    }

    boolean hasEmbedding() {
        return imageEmbedding != null;
    }

    /** Positions where the picture may have changed since the frame before; null where that is not known. */
    boolean[] moving() {
        return moving;
    }

    /** For a frame whose predecessors are dropped. */
    void dropMoving() {
        moving = null;
    }

    void dropEmbedding() {
        if (imageEmbedding != null) {
            imageEmbedding.close();
            imageEmbedding = null;
        }
    }

    /** Native memory, and a byte for what moves at each position whether it is known or not. */
    long bytes() {
        long values = textAligned.total() + backgroundLse.total() + imageFeature.total();
        return 2 * (values + (imageEmbedding == null ? 0 : imageEmbedding.total())) + shape.positions();
    }

    /** The outputs that scoring needs, in {@code buffers}, valid until their next use. */
    Encoding toScore(Fp32Buffers buffers) {
        return shape.over(
                full(textAligned, buffers.textAligned((int) textAligned.total())),
                full(backgroundLse, buffers.backgroundLse((int) backgroundLse.total())),
                full(imageFeature, buffers.imageFeature((int) imageFeature.total())),
                null);
    }

    /** The image embedding, in {@code buffers}, valid until their next use. */
    Encoding toPrompt(Fp32Buffers buffers) {
        return shape.over(null, null, null, full(imageEmbedding, buffers.imageEmbedding((int) imageEmbedding.total())));
    }

    private static Mat half(FloatBuffer values) {
        Mat half = new Mat();
        try (FloatPointer pointer = new FloatPointer(values);
                Mat full = new Mat(1, values.capacity(), CV_32F, pointer)) {
            full.convertTo(half, CV_16F);
        }
        return half;
    }

    private static FloatBuffer full(Mat half, FloatBuffer target) {
        try (FloatPointer pointer = new FloatPointer(target);
                Mat full = new Mat(1, target.capacity(), CV_32F, pointer)) {
            half.convertTo(full, CV_32F);
        }
        return target;
    }

    @Override
    public void close() {
        textAligned.close();
        backgroundLse.close();
        imageFeature.close();
        dropEmbedding();
    }
}
