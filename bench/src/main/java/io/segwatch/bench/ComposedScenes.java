package io.segwatch.bench;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Scenes made from a seed of what real clips show: before a still picture, parts of other pictures come, move and go,
 * of any size. What live queries say of them is the truth. For one thread.
 */
final class ComposedScenes implements AutoCloseable {
    static final int FRAMES = 24;

    private static final int WIDTH = 640;
    private static final int MOST_PARTS = 3;

    /** Pictures of each clip. */
    private final List<List<Mat>> clips = new ArrayList<>();

    /** A part of a picture, where it is at first and how it moves, in pixels of the scene, and when it is there. */
    private record Part(Mat pixels, double x, double y, double dx, double dy, int from, int to) {}

    /** Begins another clip; its pictures follow. */
    void beginClip() {
        clips.add(new ArrayList<>());
    }

    /** Takes a copy of a picture of the clip, BGR. */
    void add(Mat picture) {
        Mat copy = new Mat();
        try (Size size = new Size(WIDTH, Math.max(1, WIDTH * picture.rows() / picture.cols()))) {
            resize(picture, copy, size, 0, 0, INTER_AREA);
        }
        clips.get(clips.size() - 1).add(copy);
    }

    /** Hands over the scene's frames; a frame is valid until the next one. */
    void play(long seed, Consumer<Mat> frames) {
        SplittableRandom random = new SplittableRandom(seed);
        Mat still = picture(random);
        List<Part> parts = new ArrayList<>();
        for (int i = random.nextInt(MOST_PARTS) + 1; i > 0; i--) {
            parts.add(part(still, random));
        }
        try (Mat frame = new Mat()) {
            for (int number = 0; number < FRAMES; number++) {
                still.copyTo(frame);
                for (Part part : parts) {
                    draw(part, number, frame);
                }
                frames.accept(frame);
            }
        }
        parts.forEach(part -> part.pixels().close());
    }

    private Mat picture(SplittableRandom random) {
        List<Mat> clip = clips.get(random.nextInt(clips.size()));
        return clip.get(random.nextInt(clip.size()));
    }

    private Part part(Mat still, SplittableRandom random) {
        Mat source = picture(random);
        int width = (int) (source.cols() * random.nextDouble(0.1, 0.6));
        int height = (int) (source.rows() * random.nextDouble(0.2, 0.8));
        double scale = random.nextDouble(0.4, 1.2);
        Mat pixels = new Mat();
        try (Rect rect = new Rect(
                        random.nextInt(source.cols() - width), random.nextInt(source.rows() - height), width, height);
                Mat cut = new Mat(source, rect);
                Size size = new Size(Math.max(8, (int) (scale * width)), Math.max(8, (int) (scale * height)))) {
            resize(cut, pixels, size, 0, 0, INTER_AREA);
        }
        int from = random.nextInt(FRAMES / 2);
        return new Part(
                pixels,
                random.nextDouble(-0.2, 0.8) * still.cols(),
                random.nextDouble(-0.2, 0.8) * still.rows(),
                random.nextDouble(-0.03, 0.03) * still.cols(),
                random.nextDouble(-0.02, 0.02) * still.rows(),
                from,
                from + random.nextInt(FRAMES) + 1);
    }

    /** What of the part lies within the frame. */
    private static void draw(Part part, int number, Mat frame) {
        int x = (int) (part.x() + number * part.dx());
        int y = (int) (part.y() + number * part.dy());
        int left = Math.max(0, x);
        int top = Math.max(0, y);
        int width = Math.min(frame.cols(), x + part.pixels().cols()) - left;
        int height = Math.min(frame.rows(), y + part.pixels().rows()) - top;
        if (number < part.from() || number >= part.to() || width <= 0 || height <= 0) {
            return;
        }
        try (Rect from = new Rect(left - x, top - y, width, height);
                Rect to = new Rect(left, top, width, height);
                Mat source = new Mat(part.pixels(), from);
                Mat target = new Mat(frame, to)) {
            source.copyTo(target);
        }
    }

    @Override
    public void close() {
        clips.forEach(clip -> clip.forEach(Mat::close));
    }
}
