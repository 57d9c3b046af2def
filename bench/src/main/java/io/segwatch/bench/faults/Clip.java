package io.segwatch.bench.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;

/** A drawn video: a white bar that moves over a dark ground. */
record Clip(Path file, String codec) {
    private static final Map<String, Integer> CODECS =
            Map.of("h264", avcodec.AV_CODEC_ID_H264, "mpeg4", avcodec.AV_CODEC_ID_MPEG4);
    private static final int BAR = 16;

    /** @param codec h264 or mpeg4 */
    static Clip draw(Path file, String codec, int width, int height, double fps, int seconds) throws IOException {
        avutil.av_log_set_level(avutil.AV_LOG_ERROR);
        try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), width, height);
                Frame picture = new Frame(width, height, Frame.DEPTH_UBYTE, 3)) {
            recorder.setVideoCodec(CODECS.get(codec));
            recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
            recorder.setFrameRate(fps);
            recorder.setGopSize(10);
            recorder.setVideoBitrate(400_000);
            recorder.setVideoOption("preset", "ultrafast");
            recorder.setMaxBFrames(0);
            recorder.start();
            for (int i = 0; i < seconds * fps; i++) {
                bar(picture, (i - 1) * BAR / 2, (byte) 30);
                bar(picture, i * BAR / 2, (byte) 230);
                recorder.record(picture);
            }
            recorder.stop();
        }
        return new Clip(file, codec);
    }

    private static void bar(Frame picture, int from, byte light) {
        ByteBuffer bgr = (ByteBuffer) picture.image[0];
        for (int y = 0; y < picture.imageHeight; y++) {
            for (int x = from; x < from + BAR; x++) {
                int at = y * picture.imageStride + 3 * Math.floorMod(x, picture.imageWidth);
                bgr.put(at, light).put(at + 1, light).put(at + 2, light);
            }
        }
    }
}
