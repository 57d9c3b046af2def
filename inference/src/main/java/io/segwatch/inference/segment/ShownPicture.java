package io.segwatch.inference.segment;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;

import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decoded pictures as they are shown: upright, not mirrored, with square pixels; as live cameras are. */
final class ShownPicture implements AutoCloseable {
    /** FFmpeg's AV_FRAME_FLAG_INTERLACED, which its bindings do not name. */
    private static final int INTERLACED = 1 << 3;

    private static final long MATRIX_BYTES = 9 * Integer.BYTES;

    private final SwsContext scaler = swscale.sws_alloc_context();

    /** A picture of its own, BGR; it may change {@code picture}. */
    Mat of(AVFormatContext format, AVStream stream, AVFrame picture) {
        int width = squareWidth(format, stream, picture);
        int height = picture.height();
        IntPointer matrix = matrix(stream, picture);
        if (picture.colorspace() == avutil.AVCOL_SPC_UNSPECIFIED) {
            picture.colorspace(height >= 720 ? avutil.AVCOL_SPC_BT709 : avutil.AVCOL_SPC_BT470BG);
        }
        if ((picture.flags() & INTERLACED) != 0) {
            keepTopField(picture);
        }
        Mat upright = scaled(picture, width, height);
        return matrix == null ? upright : turned(upright, matrix);
    }

    private static int squareWidth(AVFormatContext format, AVStream stream, AVFrame picture) {
        AVRational aspect = avformat.av_guess_sample_aspect_ratio(format, stream, picture);
        double ratio = aspect.num() > 0 && aspect.den() > 0 ? 1.0 * aspect.num() / aspect.den() : 1;
        // No video's pixels are more oblong: the declaration is wrong.
        return ratio >= 0.25 && ratio <= 4 ? Math.toIntExact(Math.round(picture.width() * ratio)) : picture.width();
    }

    /** How the picture is turned, or its track; null when neither says so. */
    private static IntPointer matrix(AVStream stream, AVFrame picture) {
        var own = av_frame_get_side_data(picture, AV_FRAME_DATA_DISPLAYMATRIX);
        if (own != null && !own.isNull() && own.size() >= MATRIX_BYTES) {
            return new IntPointer(own.data());
        }
        var track = stream.codecpar();
        var whole =
                av_packet_side_data_get(track.coded_side_data(), track.nb_coded_side_data(), AV_PKT_DATA_DISPLAYMATRIX);
        return whole == null || whole.isNull() || whole.size() < MATRIX_BYTES ? null : new IntPointer(whole.data());
    }

    private Mat scaled(AVFrame picture, int width, int height) {
        AVFrame bgr = avutil.av_frame_alloc();
        try {
            bgr.width(width).height(height).format(avutil.AV_PIX_FMT_BGR24);
            bgr.colorspace(avutil.AVCOL_SPC_RGB).color_range(avutil.AVCOL_RANGE_JPEG);
            // The primaries stay the video's, as on live cameras.
            bgr.color_primaries(picture.color_primaries()).color_trc(picture.color_trc());
            scaler.flags(swscale.SWS_BILINEAR);
            if (avutil.av_frame_get_buffer(bgr, 0) < 0 || swscale.sws_scale_frame(scaler, bgr, picture) < 0) {
                throw new IllegalStateException("a frame of " + width + "x" + height + " cannot be converted");
            }
            // FFmpeg pads rows, and frees them with the frame.
            try (BytePointer data = bgr.data(0);
                    Mat view = new Mat(height, width, opencv_core.CV_8UC3, data, bgr.linesize(0))) {
                return view.clone();
            }
        } finally {
            avutil.av_frame_free(bgr);
        }
    }

    /** Leaves every second line: the two fields of an interlaced picture were taken at different times. */
    private static void keepTopField(AVFrame picture) {
        for (int plane = 0; plane < 4 && picture.data(plane) != null; plane++) {
            picture.linesize(plane, 2 * picture.linesize(plane));
        }
        picture.height(picture.height() / 2);
        picture.flags(picture.flags() & ~INTERLACED);
    }

    private static Mat turned(Mat picture, IntPointer matrix) {
        // A point (x, y) is shown at (a x + c y, b x + d y).
        long a = matrix.get(0);
        long b = matrix.get(1);
        long c = matrix.get(3);
        long d = matrix.get(4);
        boolean transposed = Math.abs(b) + Math.abs(c) > Math.abs(a) + Math.abs(d);
        boolean left = transposed ? c < 0 : a < 0;
        boolean down = transposed ? b < 0 : d < 0;
        if (transposed) {
            Mat rows = new Mat();
            opencv_core.transpose(picture, rows);
            picture.close();
            picture = rows;
        }
        if (left || down) {
            opencv_core.flip(picture, picture, left && down ? -1 : left ? 1 : 0);
        }
        return picture;
    }

    @Override
    public void close() {
        swscale.sws_free_context(scaler);
    }
}
