package io.segwatch.bench.wall;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;

/** The first seconds of a clip as ingest would send them. */
record ClipPictures(List<ByteString> jpegs) {
    static final int WIDTH = 640;
    static final int HEIGHT = 360;
    private static final int MOST = 48;
    private static final int EVERY = 5;

    static ClipPictures of(Path clip) throws IOException {
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
        List<ByteString> jpegs = new ArrayList<>();
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(clip.toFile())) {
            grabber.setImageWidth(WIDTH);
            grabber.setImageHeight(HEIGHT);
            grabber.setPixelFormat(avutil.AV_PIX_FMT_BGR24);
            grabber.start();
            Frame frame = grabber.grabImage();
            for (int i = 0; frame != null && jpegs.size() < MOST; i++) {
                if (i % EVERY == 0) {
                    jpegs.add(jpeg(frame));
                }
                frame = grabber.grabImage();
            }
        } catch (FrameGrabber.Exception e) {
            throw new IOException(clip + " cannot be read", e);
        }
        return new ClipPictures(jpegs);
    }

    private static ByteString jpeg(Frame frame) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
        byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        ByteBuffer source = (ByteBuffer) frame.image[0];
        for (int y = 0; y < HEIGHT; y++) {
            source.get(y * frame.imageStride, pixels, y * WIDTH * 3, WIDTH * 3);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", bytes);
        return ByteString.copyFrom(bytes.toByteArray());
    }
}
