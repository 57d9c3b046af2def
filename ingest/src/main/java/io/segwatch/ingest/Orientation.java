package io.segwatch.ingest;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * How a stored picture is shown: a turn by quarters, mirrored or not.
 *
 * @param transposed whether rows become columns, before any flip
 * @param flippedX whether left and right change places
 * @param flippedY whether top and bottom change places
 */
record Orientation(boolean transposed, boolean flippedX, boolean flippedY) {
    static final Orientation UPRIGHT = new Orientation(false, false, false);
    private static final long MATRIX_BYTES = 9 * Integer.BYTES;

    /** The picture's own where it has one, else its track's. */
    static Orientation of(AVCodecParameters track, AVFrame picture) {
        var own = av_frame_get_side_data(picture, AV_FRAME_DATA_DISPLAYMATRIX);
        if (own != null && !own.isNull() && own.size() >= MATRIX_BYTES) {
            return of(own.data());
        }
        var whole =
                av_packet_side_data_get(track.coded_side_data(), track.nb_coded_side_data(), AV_PKT_DATA_DISPLAYMATRIX);
        return whole == null || whole.isNull() || whole.size() < MATRIX_BYTES ? UPRIGHT : of(whole.data());
    }

    private static Orientation of(BytePointer data) {
        IntPointer matrix = new IntPointer(data);
        // A point (x, y) is shown at (a x + c y, b x + d y).
        long a = matrix.get(0);
        long b = matrix.get(1);
        long c = matrix.get(3);
        long d = matrix.get(4);
        boolean transposed = Math.abs(b) + Math.abs(c) > Math.abs(a) + Math.abs(d);
        return transposed ? new Orientation(true, c < 0, b < 0) : new Orientation(false, a < 0, d < 0);
    }

    /** The picture as it is shown: itself, or {@code buffer}. */
    Mat apply(Mat picture, Mat buffer) {
        if (equals(UPRIGHT)) {
            return picture;
        }
        if (transposed) {
            opencv_core.transpose(picture, buffer);
        } else {
            picture.copyTo(buffer);
        }
        if (flippedX || flippedY) {
            opencv_core.flip(buffer, buffer, flippedX && flippedY ? -1 : flippedX ? 1 : 0);
        }
        return buffer;
    }
}
