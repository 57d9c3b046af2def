package io.segwatch.inference.segment;

import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.MaskPrompt;
import java.util.ArrayList;
import java.util.List;

/**
 * Points and a box that together show one object, in pixels of the picture.
 *
 * @param points x, y each
 * @param box x0, y0, x1, y1, or null
 */
record PromptOptions(List<double[]> points, double[] box) {

    /** @throws IllegalArgumentException naming the option that is wrong */
    static PromptOptions parse(List<String> points, String box) {
        List<double[]> parsed = new ArrayList<>();
        for (String point : points) {
            parsed.add(numbers("--point", point, 2, "x,y"));
        }
        double[] corners = box == null ? null : numbers("--box", box, 4, "x0,y0,x1,y1");
        if (corners != null && !(corners[0] < corners[2] && corners[1] < corners[3])) {
            throw new IllegalArgumentException("--box " + box + " is empty; give x0,y0,x1,y1 with x0 < x1 and y0 < y1");
        }
        return new PromptOptions(parsed, corners);
    }

    boolean isEmpty() {
        return points.isEmpty() && box == null;
    }

    /**
     * As a prompt about a picture of {@code width} x {@code height}.
     *
     * @throws IllegalArgumentException when it lies outside the picture
     */
    MaskPrompt toMaskPrompt(InputGeometry geometry, int width, int height) {
        double scaleX = (double) geometry.validWidth() / width;
        double scaleY = (double) geometry.validHeight() / height;
        MaskPrompt.Builder maskPrompt = MaskPrompt.builder();
        if (box != null) {
            if (box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height) {
                throw new IllegalArgumentException("--box lies outside the picture of " + width + "x" + height);
            }
            maskPrompt.box(box[0] * scaleX, box[1] * scaleY, box[2] * scaleX, box[3] * scaleY);
        }
        for (double[] point : points) {
            if (point[0] < 0 || point[1] < 0 || point[0] >= width || point[1] >= height) {
                throw new IllegalArgumentException("--point lies outside the picture of " + width + "x" + height);
            }
            // The middle of the pixel that is meant.
            maskPrompt.point((point[0] + 0.5) * scaleX, (point[1] + 0.5) * scaleY, true);
        }
        return maskPrompt.build();
    }

    private static double[] numbers(String option, String text, int count, String form) {
        String[] parts = text.split(",");
        double[] numbers = new double[count];
        try {
            for (int i = 0; i < count; i++) {
                numbers[i] = Double.parseDouble(parts[i].strip());
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(option + " " + text + " is not " + form + " in pixels", e);
        }
        if (parts.length != count) {
            throw new IllegalArgumentException(option + " " + text + " is not " + form + " in pixels");
        }
        return numbers;
    }
}
