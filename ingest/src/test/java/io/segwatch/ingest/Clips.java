package io.segwatch.ingest;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;

/** Draws videos: the left half red, the right half blue, and a white bar that moves a little with each frame. */
final class Clips {
    private Clips() {}

    static Path h264(Path file, int width, int height, double fps, int frames) throws Exception {
        return record(file, avcodec.AV_CODEC_ID_H264, width, height, fps, frames);
    }

    static Path mpeg4(Path file, int width, int height, double fps, int frames) throws Exception {
        return record(file, avcodec.AV_CODEC_ID_MPEG4, width, height, fps, frames);
    }

    /** 720x576, two fields a picture. */
    static Path interlaced(Path file, int codec) throws Exception {
        return record(file, codec, 720, 576, 25, 5, Map.of("flags", "+ildct+ilme"));
    }

    /** A second of sound and nothing to see. */
    static Path tone(Path file) throws Exception {
        byte[] silence = new byte[16_000];
        var format = new AudioFormat(8_000, 16, 1, true, false);
        try (var sound = new AudioInputStream(new ByteArrayInputStream(silence), format, 8_000)) {
            AudioSystem.write(sound, AudioFileFormat.Type.WAVE, file.toFile());
        }
        return file;
    }

    static Path record(Path file, int codec, int width, int height, double fps, int frames) throws Exception {
        return record(file, codec, width, height, fps, frames, Map.of());
    }

    private static Path record(
            Path file, int codec, int width, int height, double fps, int frames, Map<String, String> options)
            throws Exception {
        NativeLog.install();
        try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), width, height)) {
            recorder.setVideoCodec(codec);
            recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
            recorder.setFrameRate(fps);
            recorder.setGopSize(10);
            recorder.setVideoBitrate(2_000_000);
            recorder.setVideoOption("preset", "ultrafast");
            recorder.setMaxBFrames(0);
            options.forEach(recorder::setVideoOption);
            recorder.start();
            try (Frame picture = new Frame(width, height, Frame.DEPTH_UBYTE, 3)) {
                for (int i = 0; i < frames; i++) {
                    draw(picture, i);
                    recorder.record(picture);
                }
            }
            recorder.stop();
        }
        return file;
    }

    private static void draw(Frame picture, int number) {
        ByteBuffer bgr = (ByteBuffer) picture.image[0];
        int bar = 8 * number % picture.imageWidth;
        for (int y = 0; y < picture.imageHeight; y++) {
            for (int x = 0; x < picture.imageWidth; x++) {
                int at = y * picture.imageStride + 3 * x;
                boolean white = x >= bar && x < bar + 8;
                boolean left = x < picture.imageWidth / 2;
                bgr.put(at, (byte) (white || !left ? 230 : 20));
                bgr.put(at + 1, (byte) (white ? 230 : 20));
                bgr.put(at + 2, (byte) (white || left ? 230 : 20));
            }
        }
    }
}
