package io.segwatch.inference.segment;

import static org.bytedeco.opencv.global.opencv_core.ROTATE_180;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_CLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_COUNTERCLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.rotate;

import java.io.IOException;
import java.nio.file.Files;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.OpenCVFrameConverter;
import org.bytedeco.opencv.opencv_core.Mat;

/** Frames of a video file, upright. */
final class VideoFile {
    /** Takes a picture; blocks while its queue is full. */
    interface PictureSink {
        void put(Picture picture) throws InterruptedException;
    }

    private VideoFile() {}

    /**
     * Hands over every {@code every}-th frame, from the first.
     *
     * @throws IOException saying what is wrong with the file
     */
    static void read(Input input, int every, PictureSink sink) throws IOException, InterruptedException {
        if (!Files.isRegularFile(input.file())) {
            throw new IOException(Files.exists(input.file()) ? "is no regular file" : "does not exist");
        }
        if (Files.size(input.file()) == 0) {
            throw new IOException("is empty (0 bytes)");
        }
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(input.file().toFile());
                OpenCVFrameConverter.ToMat converter = new OpenCVFrameConverter.ToMat()) {
            grabber.start();
            long frame = 0;
            for (Frame image = grabber.grabImage(); image != null; image = grabber.grabImage(), frame++) {
                if (frame % every == 0) {
                    // The grabber reuses its picture.
                    Mat pixels = upright(converter.convert(image), grabber.getDisplayRotation());
                    sink.put(new Picture(input, frame, grabber.getTimestamp() / 1_000, pixels, null));
                }
            }
            if (frame == 0) {
                throw new IOException("holds no frame that can be decoded");
            }
        } catch (FrameGrabber.Exception e) {
            throw new IOException("is no video that can be read, or is damaged: " + e.getMessage(), e);
        }
    }

    private static Mat upright(Mat picture, double rotation) {
        int quarters = (int) Math.floorMod(Math.round(rotation / 90), 4L);
        if (quarters == 0) {
            return picture.clone();
        }
        Mat turned = new Mat();
        // FFmpeg gives the rotation counter-clockwise.
        rotate(
                picture,
                turned,
                quarters == 1 ? ROTATE_90_COUNTERCLOCKWISE : quarters == 2 ? ROTATE_180 : ROTATE_90_CLOCKWISE);
        return turned;
    }
}
