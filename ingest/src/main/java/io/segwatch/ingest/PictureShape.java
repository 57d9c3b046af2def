package io.segwatch.ingest;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_sample_aspect_ratio;

import io.segwatch.v1.Camera;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;

/**
 * A picture as it is shown: upright, and wider or narrower where its pixels are not square.
 *
 * @param width of the picture as it is shown, pixels
 * @param height of the picture as it is shown, pixels
 * @param orientation from the stored picture to the shown one
 */
record PictureShape(int width, int height, Orientation orientation) {
    static PictureShape of(AVFormatContext format, AVStream stream, AVFrame picture, Camera.Stream set) {
        Orientation orientation = Orientation.of(stream.codecpar(), picture);
        boolean field =
                stream.codecpar().codec_id() == AV_CODEC_ID_HEVC && (picture.flags() & Deinterlacer.INTERLACED) != 0;
        int high = field ? 2 * picture.height() : picture.height();
        boolean square = set.getAspect().equals("square");
        int wide = square ? picture.width() : squareWidth(format, stream, picture);
        int width = orientation.transposed() ? high : wide;
        int height = orientation.transposed() ? wide : high;
        int colon = set.getAspect().indexOf(':');
        if (colon < 0) {
            return new PictureShape(width, height, orientation);
        }
        double ratio = Double.parseDouble(set.getAspect().substring(0, colon))
                / Double.parseDouble(set.getAspect().substring(colon + 1));
        return orientation.transposed()
                ? new PictureShape(width, side(width / ratio), orientation)
                : new PictureShape(side(height * ratio), height, orientation);
    }

    private static int squareWidth(AVFormatContext format, AVStream stream, AVFrame picture) {
        AVRational aspect = av_guess_sample_aspect_ratio(format, stream, picture);
        double ratio = aspect.num() > 0 && aspect.den() > 0 ? (double) aspect.num() / aspect.den() : 1;
        // No camera's pixels are more oblong: the declaration is wrong.
        return ratio >= 0.25 && ratio <= 4 ? side(picture.width() * ratio) : picture.width();
    }

    private static int side(double pixels) {
        return Math.max(1, (int) Math.round(pixels));
    }
}
