package io.segwatch.ingest;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_QSCALE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT470BG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.FF_QP2LAMBDA;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;
import static org.bytedeco.ffmpeg.global.swscale.SWS_AREA;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_free_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import io.segwatch.contracts.WorkingSize;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.ShortPointer;

/**
 * Scales decoded pictures to one size and encodes them as baseline JPEG, 4:2:0, BT.601 full range (JFIF 1.02). The
 * picture stays in the planes that the decoder made: nothing is turned into RGB and back. Buffers are native and
 * reused. For one thread, which must also close it.
 */
final class Jpeg implements AutoCloseable {
    /** ITU-T T.81, tables K.1 and K.2, row-major. */
    private static final int[] LUMINANCE = {
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
        51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
        120, 101, 72, 92, 95, 98, 112, 100, 103, 99
    };

    private static final int[] CHROMINANCE = {
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99
    };

    /** At this scale FFmpeg's encoder takes the tables as they are. */
    private static final int UNIT_SCALE = 8;

    final WorkingSize size;
    private final SwsContext scaler = sws_alloc_context();
    private final AVFrame scaled = av_frame_alloc();
    private final AVPacket packet = av_packet_alloc();
    private final AVCodecContext encoder;
    private long count;

    /** @param quality 1 to 100, on libjpeg's scale */
    Jpeg(WorkingSize size, int quality) {
        this.size = size;
        scaled.width(size.width()).height(size.height()).format(AV_PIX_FMT_YUV420P);
        scaled.color_range(AVCOL_RANGE_JPEG).colorspace(AVCOL_SPC_BT470BG);
        AVCodec codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
        encoder = avcodec_alloc_context3(codec);
        encoder.width(size.width()).height(size.height()).pix_fmt(AV_PIX_FMT_YUV420P);
        encoder.color_range(AVCOL_RANGE_JPEG).colorspace(AVCOL_SPC_BT470BG);
        encoder.time_base().num(1).den(25);
        encoder.thread_count(1);
        encoder.flags(encoder.flags() | AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT);
        encoder.global_quality(UNIT_SCALE * FF_QP2LAMBDA);
        encoder.intra_matrix(table(LUMINANCE, quality));
        encoder.chroma_intra_matrix(table(CHROMINANCE, quality));
        AVDictionary options = new AVDictionary(null);
        // Tables made for each picture would take a second pass over it.
        av_dict_set(options, "huffman", "default", 0);
        int opened = avcodec_open2(encoder, codec, options);
        av_dict_free(options);
        if (opened < 0 || av_frame_get_buffer(scaled, 0) < 0) {
            close();
            throw new IllegalStateException("No JPEG encoder for " + size + " (" + opened + ")");
        }
    }

    /** libjpeg's scaling of the tables (jcparam.c, jpeg_quality_scaling). */
    private static ShortPointer table(int[] base, int quality) {
        int percent = quality < 50 ? 5_000 / quality : 200 - 2 * quality;
        // FFmpeg frees it together with the encoder.
        ShortPointer table = new ShortPointer(av_malloc(2L * base.length));
        for (int i = 0; i < base.length; i++) {
            int step = (base[i] * percent + 50) / 100;
            table.put(i, (short) Math.max(1, Math.min(255, step)));
        }
        return table;
    }

    /** The picture as JPEG, in an array of its own. */
    byte[] encode(AVFrame picture) {
        scale(picture);
        scaled.pts(count++).quality(encoder.global_quality());
        check(avcodec_send_frame(encoder, scaled), "encoded");
        check(avcodec_receive_packet(encoder, packet), "encoded");
        byte[] jpeg = new byte[packet.size()];
        packet.data().get(jpeg);
        av_packet_unref(packet);
        return jpeg;
    }

    private void scale(AVFrame picture) {
        if (picture.colorspace() == AVCOL_SPC_UNSPECIFIED) {
            // What players take a stream for that does not say: HD is BT.709.
            picture.colorspace(picture.height() >= 720 ? AVCOL_SPC_BT709 : AVCOL_SPC_BT470BG);
        }
        // Only the matrix and the range are JPEG's; the primaries stay the camera's.
        scaled.color_primaries(picture.color_primaries()).color_trc(picture.color_trc());
        boolean shrinks = picture.width() >= size.width() && picture.height() >= size.height();
        scaler.flags(shrinks ? SWS_AREA : SWS_BILINEAR);
        check(av_frame_make_writable(scaled), "scaled");
        check(sws_scale_frame(scaler, scaled, picture), "scaled");
    }

    private static void check(int result, String done) {
        if (result < 0) {
            throw new IllegalStateException("A picture could not be " + done + " (" + result + ")");
        }
    }

    @Override
    public void close() {
        avcodec_free_context(encoder);
        sws_free_context(scaler);
        av_frame_free(scaled);
        av_packet_free(packet);
    }
}
