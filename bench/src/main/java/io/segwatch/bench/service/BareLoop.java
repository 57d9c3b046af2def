package io.segwatch.bench.service;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.segwatch.bench.results.ChildRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;

/** ONNX Runtime as it comes, on frames that are already decoded, one after the other: nothing else in its JVM. */
public final class BareLoop {
    private static final int FRAMES = 60;
    private static final double WARM_UP_SECONDS = 3;

    private BareLoop() {}

    /** Frames a second, of a loop in a JVM of its own. */
    static double run(Path encoder, Path footage, int width, int height, int threads, int seconds, Path folder)
            throws IOException, InterruptedException {
        String out = ChildRun.output(
                Duration.ofSeconds(seconds + 120L),
                folder,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                        BareLoop.class.getName(),
                        encoder.toString(),
                        footage.toString(),
                        Integer.toString(width),
                        Integer.toString(height),
                        Integer.toString(threads),
                        Integer.toString(seconds)));
        return Double.parseDouble(out.trim());
    }

    /** Encoder file, video, width, height, threads, seconds; prints frames a second. */
    public static void main(String... arguments) throws OrtException, FrameGrabber.Exception {
        int width = Integer.parseInt(arguments[2]);
        int height = Integer.parseInt(arguments[3]);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(Integer.parseInt(arguments[4]));
            List<OnnxTensor> frames = new ArrayList<>();
            for (ByteBuffer pixels : decode(arguments[1], width, height)) {
                frames.add(OnnxTensor.createTensor(
                        environment, pixels, new long[] {1, height, width, 3}, OnnxJavaType.UINT8));
            }
            try (OrtSession session = environment.createSession(arguments[0], options)) {
                encode(session, frames, WARM_UP_SECONDS);
                System.out.println(encode(session, frames, Double.parseDouble(arguments[5])));
            }
            frames.forEach(OnnxTensor::close);
        }
    }

    private static double encode(OrtSession session, List<OnnxTensor> frames, double seconds) throws OrtException {
        long began = System.nanoTime();
        int encoded = 0;
        while (System.nanoTime() - began < seconds * 1e9) {
            session.run(Map.of("image", frames.get(encoded % frames.size()))).close();
            encoded++;
        }
        return encoded / ((System.nanoTime() - began) / 1e9);
    }

    private static List<ByteBuffer> decode(String footage, int width, int height) throws FrameGrabber.Exception {
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
        List<ByteBuffer> decoded = new ArrayList<>();
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(footage)) {
            grabber.setImageWidth(width);
            grabber.setImageHeight(height);
            grabber.setPixelFormat(avutil.AV_PIX_FMT_RGB24);
            grabber.start();
            Frame frame = grabber.grabImage();
            while (frame != null && decoded.size() < FRAMES) {
                ByteBuffer source = (ByteBuffer) frame.image[0];
                ByteBuffer pixels =
                        ByteBuffer.allocateDirect(width * height * 3).order(ByteOrder.nativeOrder());
                for (int y = 0; y < height; y++) {
                    pixels.put(source.slice(y * frame.imageStride, width * 3));
                }
                decoded.add(pixels.flip());
                frame = grabber.grabImage();
            }
        }
        return decoded;
    }
}
