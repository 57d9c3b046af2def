package io.segwatch.ingest;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT470BG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGR24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.swscale.SWS_AREA;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_free_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import io.segwatch.contracts.WorkingSize;
import io.segwatch.v1.PrivacyMask;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Scales decoded pictures to one size, burns the camera's privacy masks in, and encodes them as baseline JPEG, 4:2:0.
 * Scaling and the step to BGR are one pass, so that no picture of the camera's own size is ever copied; libjpeg-turbo
 * reads what the scaler wrote. Buffers are native and reused. For one thread, which must also close it.
 */
final class JpegEncoder implements AutoCloseable {
    /** Of the encoded picture, upright. */
    final WorkingSize size;

    final Orientation orientation;
    private final SwsContext scaler = sws_alloc_context();
    private final AVFrame scaled = av_frame_alloc();
    private final Mat pixels;
    private final Mat turned = new Mat();
    private final IntPointer settings;
    private final BytePointer encoded = new BytePointer();
    private final BurntMasks burnt;

    /** @param quality 1 to 100, on libjpeg's scale */
    JpegEncoder(WorkingSize size, Orientation orientation, int quality) {
        this.size = size;
        this.orientation = orientation;
        this.burnt = new BurntMasks(size.width(), size.height());
        int width = orientation.transposed() ? size.height() : size.width();
        int height = orientation.transposed() ? size.width() : size.height();
        scaled.width(width).height(height).format(AV_PIX_FMT_BGR24);
        scaled.colorspace(AVCOL_SPC_RGB).color_range(AVCOL_RANGE_JPEG);
        if (av_frame_get_buffer(scaled, 0) < 0) {
            throw new OutOfMemoryError("No native memory for a picture of " + size);
        }
        // FFmpeg pads rows: the matrix views its buffer with the same stride.
        pixels = new Mat(height, width, opencv_core.CV_8UC3, scaled.data(0), scaled.linesize(0));
        settings = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality);
    }

    /**
     * The picture as JPEG, in an array of its own.
     *
     * @param masks what it must not show; an error in drawing them leaves no picture
     */
    byte[] encode(AVFrame picture, List<PrivacyMask> masks) {
        scale(picture);
        Mat shown = orientation.apply(pixels, turned);
        burnt.burn(masks, shown);
        if (!opencv_imgcodecs.imencode(".jpg", shown, encoded, settings)) {
            throw new IllegalStateException("A picture of " + size + " could not be encoded");
        }
        byte[] jpeg = new byte[(int) encoded.limit()];
        encoded.get(jpeg);
        return jpeg;
    }

    private void scale(AVFrame picture) {
        if (picture.colorspace() == AVCOL_SPC_UNSPECIFIED) {
            // Players assume so of a stream that declares no colour space: HD is BT.709.
            picture.colorspace(picture.height() >= 720 ? AVCOL_SPC_BT709 : AVCOL_SPC_BT470BG);
        }
        // The scaler refuses it; whoever wanted it deinterlaced has done so.
        picture.flags(picture.flags() & ~Deinterlacer.INTERLACED);
        // The primaries stay the camera's: mapping them costs more than decoding does.
        scaled.color_primaries(picture.color_primaries()).color_trc(picture.color_trc());
        boolean shrinks = picture.width() >= scaled.width() && picture.height() >= scaled.height();
        scaler.flags(shrinks ? SWS_AREA : SWS_BILINEAR);
        int result = sws_scale_frame(scaler, scaled, picture);
        if (result < 0) {
            throw new IllegalStateException("A picture could not be scaled to " + size + " (" + result + ")");
        }
    }

    @Override
    public void close() {
        burnt.close();
        turned.close();
        pixels.close();
        encoded.close();
        settings.close();
        sws_free_context(scaler);
        av_frame_free(scaled);
    }
}
