package io.segwatch.inference.model;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The best of the mask head's masks for one prompt.
 *
 * @param width columns, as the image embedding's
 * @param height rows, as the image embedding's
 * @param logits row-major; above 0 is inside
 * @param iou the head's own estimate of the overlap with the truth, 0..1
 */
public record DecodedMask(int width, int height, float[] logits, float iou) {

    /**
     * The mask at {@code toWidth} x {@code toHeight}, which stand for the valid part of the encoder's input: logits
     * resized bilinearly, then 1 where above 0, row-major.
     */
    public byte[] inside(InputGeometry geometry, int toWidth, int toHeight) {
        int fullWidth = (int) Math.round((double) toWidth * geometry.inputWidth() / geometry.validWidth());
        int fullHeight = (int) Math.round((double) toHeight * geometry.inputHeight() / geometry.validHeight());
        float[] full = fullWidth == width && fullHeight == height ? logits : resized(fullWidth, fullHeight);
        byte[] inside = new byte[toWidth * toHeight];
        for (int y = 0; y < toHeight; y++) {
            for (int x = 0; x < toWidth; x++) {
                inside[y * toWidth + x] = full[y * fullWidth + x] > 0 ? (byte) 1 : 0;
            }
        }
        return inside;
    }

    private float[] resized(int toWidth, int toHeight) {
        float[] values = new float[toWidth * toHeight];
        try (Mat from = new Mat(height, width, CV_32F);
                Mat to = new Mat();
                Size size = new Size(toWidth, toHeight);
                FloatPointer source = new FloatPointer(from.data())) {
            source.put(logits, 0, logits.length);
            resize(from, to, size, 0, 0, INTER_LINEAR);
            try (FloatPointer target = new FloatPointer(to.data())) {
                target.get(values);
            }
        }
        return values;
    }
}
