package io.segwatch.bench.service;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.FrameRecorder;

/** A video whose pictures come at another rate, with the same compressed data. */
final class FasterClip {
    private FasterClip() {}

    /** Copies the video's packets with timestamps for that many pictures a second; no sound. */
    static void write(Path video, double fps, Path to) throws IOException {
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
        try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(video.toFile())) {
            grabber.start();
            double factor = grabber.getVideoFrameRate() / fps;
            try (FFmpegFrameRecorder recorder =
                    new FFmpegFrameRecorder(to.toFile(), grabber.getImageWidth(), grabber.getImageHeight())) {
                recorder.setFormat("mp4");
                recorder.start(grabber.getFormatContext());
                for (AVPacket packet = grabber.grabPacket(); packet != null; packet = grabber.grabPacket()) {
                    if (packet.stream_index() == grabber.getVideoStream()) {
                        packet.pts(Math.round(packet.pts() * factor)).dts(Math.round(packet.dts() * factor));
                        packet.duration(Math.round(packet.duration() * factor));
                        recorder.recordPacket(packet);
                    }
                }
                recorder.stop();
            }
        } catch (FrameGrabber.Exception | FrameRecorder.Exception e) {
            throw new IOException(video + " cannot be made faster: " + e.getMessage(), e);
        }
    }
}
