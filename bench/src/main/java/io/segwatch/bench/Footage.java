package io.segwatch.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;

/** A frame of real footage: by default of the clip that {@code ./segwatch demo} keeps in the user's cache. */
final class Footage {
    /** System property that names another video or picture. */
    static final String PROPERTY = "segwatch.bench.footage";

    private static final int FRAME = 30;

    private Footage() {}

    static Path file() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return Path.of(named);
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path cache = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return cache.resolve("segwatch").resolve("bikes.mp4");
    }

    /** Width and height of its pictures. */
    static int[] size() {
        return grab(0, 0, frame -> new int[] {frame.imageWidth, frame.imageHeight});
    }

    /** One frame as RGB bytes of exactly this size. */
    static ByteBuffer rgb(int width, int height) {
        return grab(width, height, frame -> {
            ByteBuffer source = (ByteBuffer) frame.image[0];
            ByteBuffer rgb = ByteBuffer.allocate(width * height * 3);
            for (int y = 0; y < height; y++) {
                rgb.put(source.slice(y * frame.imageStride, width * 3));
            }
            return rgb.flip();
        });
    }

    private interface Use<T> {
        T of(Frame frame);
    }

    private static <T> T grab(int width, int height, Use<T> use) {
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(file().toFile())) {
            grabber.setImageWidth(width);
            grabber.setImageHeight(height);
            grabber.setPixelFormat(avutil.AV_PIX_FMT_RGB24);
            grabber.start();
            Frame frame = grabber.grabImage();
            for (int i = 1; i < FRAME && grabber.getLengthInVideoFrames() > FRAME; i++) {
                frame = grabber.grabImage();
            }
            return use.of(frame);
        } catch (FrameGrabber.Exception e) {
            throw new UncheckedIOException(new IOException(missing(), e));
        }
    }

    static boolean isThere() {
        return Files.isReadable(file());
    }

    static String missing() {
        return file() + " cannot be read: run ./segwatch demo once, which fetches it, or name a video with --footage.";
    }
}
