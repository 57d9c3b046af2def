package io.segwatch.inference.refine;

import static org.bytedeco.opencv.global.opencv_core.CV_32S;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_imgproc.connectedComponentsWithStats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** The connected parts (8 neighbours) of a mask, largest first. */
final class Components {
    /** One part: its label in {@link #labels}, its box in pixels of the mask (x1 and y1 exclusive) and its size. */
    record Component(int label, int x0, int y0, int x1, int y1, int area) {}

    private static final int COLUMNS = 5;

    private final List<Component> parts = new ArrayList<>();
    private final int[] labels;

    Components(byte[] mask, int width, int height) {
        labels = new int[width * height];
        try (Mat image = new Mat(height, width, CV_8U);
                Mat labelled = new Mat();
                Mat stats = new Mat();
                Mat centres = new Mat();
                BytePointer pixels = new BytePointer(image.data())) {
            pixels.put(mask, 0, width * height);
            int count = connectedComponentsWithStats(image, labelled, stats, centres, 8, CV_32S);
            int[] numbers = new int[count * COLUMNS];
            try (IntPointer statistics = new IntPointer(stats.data());
                    IntPointer all = new IntPointer(labelled.data())) {
                statistics.get(numbers);
                all.get(labels);
            }
            // Label 0 is what lies outside. Columns: left, top, width, height, area.
            for (int i = 1; i < count; i++) {
                int at = i * COLUMNS;
                parts.add(new Component(
                        i,
                        numbers[at],
                        numbers[at + 1],
                        numbers[at] + numbers[at + 2],
                        numbers[at + 1] + numbers[at + 3],
                        numbers[at + 4]));
            }
        }
        parts.sort(Comparator.comparingInt(Component::area).reversed());
    }

    List<Component> largestFirst() {
        return parts;
    }

    /** The label of each pixel, row-major; 0 outside. */
    int[] labels() {
        return labels;
    }
}
