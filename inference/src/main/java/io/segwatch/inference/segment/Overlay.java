package io.segwatch.inference.segment;

import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.addWeighted;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_PNG_COMPRESSION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imwrite;
import static org.bytedeco.opencv.global.opencv_imgproc.CHAIN_APPROX_SIMPLE;
import static org.bytedeco.opencv.global.opencv_imgproc.FILLED;
import static org.bytedeco.opencv.global.opencv_imgproc.FONT_HERSHEY_SIMPLEX;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_AA;
import static org.bytedeco.opencv.global.opencv_imgproc.RETR_LIST;
import static org.bytedeco.opencv.global.opencv_imgproc.drawContours;
import static org.bytedeco.opencv.global.opencv_imgproc.findContours;
import static org.bytedeco.opencv.global.opencv_imgproc.putText;
import static org.bytedeco.opencv.global.opencv_imgproc.rectangle;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/** The picture with each mask in its colour, outlined, and a legend. */
final class Overlay {
    /** @param rgb 0xrrggbb */
    record Layer(String label, byte[] inside, int rgb) {}

    private static final float GOLDEN_ANGLE = 0.618034f;
    private static final double OPACITY = 0.45;

    private Overlay() {}

    /** Colours far apart, the same for the same place in the list. */
    static int color(int index) {
        return Color.HSBtoRGB(0.02f + index * GOLDEN_ANGLE, 0.85f, 1f) & 0xffffff;
    }

    static void write(Mat picture, List<Layer> layers, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        try (Mat drawn = picture.clone();
                Mat blended = new Mat()) {
            int line = Math.max(1, Math.min(picture.cols(), picture.rows()) / 300);
            for (Layer layer : layers) {
                fill(drawn, layer);
            }
            addWeighted(drawn, OPACITY, picture, 1 - OPACITY, 0, blended);
            for (Layer layer : layers) {
                outline(blended, layer, line);
            }
            legend(blended, layers);
            // Little compression: the disk is faster than zlib.
            if (!imwrite(file.toString(), blended, new int[] {IMWRITE_PNG_COMPRESSION, 1})) {
                throw new IOException(file + " cannot be written");
            }
        }
    }

    private static void fill(Mat drawn, Layer layer) {
        try (Mat mask = mask(drawn, layer);
                Scalar color = scalar(layer.rgb);
                Mat flat = new Mat(drawn.rows(), drawn.cols(), drawn.type(), color)) {
            flat.copyTo(drawn, mask);
        }
    }

    private static void outline(Mat drawn, Layer layer, int line) {
        try (Mat mask = mask(drawn, layer);
                MatVector contours = new MatVector();
                Scalar color = scalar(layer.rgb)) {
            findContours(mask, contours, RETR_LIST, CHAIN_APPROX_SIMPLE);
            drawContours(drawn, contours, -1, color, line, LINE_AA, null, Integer.MAX_VALUE, null);
        }
    }

    private static void legend(Mat drawn, List<Layer> layers) {
        double scale = Math.max(0.35, Math.min(drawn.cols(), drawn.rows()) / 900.0);
        int step = (int) Math.ceil(28 * scale);
        for (int i = 0; i < layers.size() && (i + 1) * step < drawn.rows(); i++) {
            Layer layer = layers.get(i);
            String text =
                    String.format("%s %.1f%%", ascii(layer.label), 100.0 * area(layer.inside) / layer.inside.length);
            try (Scalar color = scalar(layer.rgb);
                    Scalar black = scalar(0);
                    Scalar white = scalar(0xffffff);
                    Rect swatch = new Rect(step / 4, i * step + step / 4, step / 2, step / 2);
                    Point at = new Point(step, (i + 1) * step - step / 4)) {
                rectangle(drawn, swatch, color, FILLED, LINE_AA, 0);
                int thin = Math.max(1, (int) Math.round(1.5 * scale));
                putText(drawn, text, at, FONT_HERSHEY_SIMPLEX, scale * 0.8, black, thin + 2, LINE_AA, false);
                putText(drawn, text, at, FONT_HERSHEY_SIMPLEX, scale * 0.8, white, thin, LINE_AA, false);
            }
        }
    }

    private static Mat mask(Mat drawn, Layer layer) {
        Mat mask = new Mat(drawn.rows(), drawn.cols(), CV_8U);
        try (BytePointer data = new BytePointer(mask.data())) {
            data.put(layer.inside, 0, layer.inside.length);
        }
        return mask;
    }

    /** Pixels inside a mask of 0 and 1. */
    static int area(byte[] inside) {
        int area = 0;
        for (byte pixel : inside) {
            area += pixel;
        }
        return area;
    }

    /** OpenCV's font has no other letters. */
    private static String ascii(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private static Scalar scalar(int rgb) {
        return new Scalar(rgb & 0xff, rgb >> 8 & 0xff, rgb >> 16 & 0xff, 0);
    }
}
