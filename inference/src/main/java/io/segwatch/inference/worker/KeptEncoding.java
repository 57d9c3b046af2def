package io.segwatch.inference.worker;

import static org.bytedeco.opencv.global.opencv_core.CV_16F;
import static org.bytedeco.opencv.global.opencv_core.CV_32F;

import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.Fit;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A frame's encoding put by in native memory, at half precision (CV_16F): its scores differ from the live ones by less
 * than a hundredth of a logit.
 */
final class KeptEncoding implements AutoCloseable {
    private final FrameId frame;
    private final long capturedAtMs;
    private final double targetFps;
    private final Fit fit;
    private final Encoding shape;
    private final Mat textAligned;
    private final Mat backgroundLse;
    private final Mat imageFeature;
    private Mat imageEmbedding;

    KeptEncoding(Frame frame, Fit fit, Encoding encoding) {
        this.frame = frame.getId();
        this.capturedAtMs = frame.getCapturedAtMs();
        this.targetFps = frame.getTargetFps();
        this.fit = fit;
        this.shape = encoding.over(null, null, null, null);
        this.textAligned = half(encoding.textAligned());
        this.backgroundLse = half(encoding.backgroundLse());
        this.imageFeature = half(encoding.imageFeature());
        this.imageEmbedding = half(encoding.imageEmbedding());
    }

    FrameId frame() {
        return frame;
    }

    long capturedAtMs() {
        return capturedAtMs;
    }

    double targetFps() {
        return targetFps;
    }

    Fit fit() {
        return fit;
    }

    boolean hasEmbedding() {
        return imageEmbedding != null;
    }

    void dropEmbedding() {
        if (imageEmbedding != null) {
            imageEmbedding.close();
            imageEmbedding = null;
        }
    }

    long bytes() {
        long values = textAligned.total() + backgroundLse.total() + imageFeature.total();
        return 2 * (values + (imageEmbedding == null ? 0 : imageEmbedding.total()));
    }

    /** Everything that scoring needs, in {@code space}, until its next use. */
    Encoding toScore(RestoreSpace space) {
        return shape.over(
                full(textAligned, space.textAligned((int) textAligned.total())),
                full(backgroundLse, space.backgroundLse((int) backgroundLse.total())),
                full(imageFeature, space.imageFeature((int) imageFeature.total())),
                null);
    }

    /** Everything that the mask head needs, in {@code space}, until its next use. */
    Encoding toPrompt(RestoreSpace space) {
        return shape.over(null, null, null, full(imageEmbedding, space.imageEmbedding((int) imageEmbedding.total())));
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
