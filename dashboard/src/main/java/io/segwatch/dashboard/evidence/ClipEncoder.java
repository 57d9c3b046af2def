package io.segwatch.dashboard.evidence;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PROFILE_H264_HIGH;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_close_dyn_buf;
import static org.bytedeco.ffmpeg.global.avformat.avio_open_dyn_buf;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGR24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;

/**
 * Pictures to H.264 in MP4, in memory, each shown from its own time on: what every browser and phone plays, with its
 * index at the beginning, so that it can be played before all of it is there. For one thread.
 */
final class ClipEncoder implements AutoCloseable {
    private static final String CODEC = "libopenh264";
    private static final AVRational MILLISECONDS = av_make_q(1, 1_000);
    private static final double MOST_FPS = 30;
    private static final double BITS_A_PIXEL = 0.15;
    private static final double FEWEST_BITS_A_SECOND = 150_000;
    /** Ten seconds of it stay under 2 MiB. */
    private static final double MOST_BITS_A_SECOND = 1_400_000;

    private static final int SECONDS_A_GROUP = 2;
    private static final int QUIETER = 16;
    /** For the index, of at most 400 frames. */
    private static final String INDEX_BYTES = "24576";

    private final int width;
    private final int height;
    private final AVFormatContext format = new AVFormatContext(null);
    private final AVCodecContext codec;
    private final AVStream stream;
    /** As Java has it, and as the encoder takes it. */
    private final AVFrame rgb;

    private final AVFrame yuv;
    private final AVPacket packet = av_packet_alloc();
    private final SwsContext scaler;
    private boolean open = true;
    private long lastMs = -1;
    private long intervalMs;

    /**
     * @param width of the pictures, pixels, as the height; those of another size are scaled
     * @param fps about how many a second there are; 0 when that is not known
     * @param share of the usual bits, 0..1; with less than 1 pictures are left out where they would need more
     */
    ClipEncoder(int width, int height, double fps, double share) throws IOException {
        this.width = even(width);
        this.height = even(height);
        double rate = fps > 0 ? Math.min(MOST_FPS, Math.max(1, fps)) : MOST_FPS / 2;
        this.intervalMs = Math.round(1_000 / rate);
        AVCodec encoder = avcodec_find_encoder_by_name(CODEC);
        if (encoder == null) {
            throw new IOException("This FFmpeg has no " + CODEC);
        }
        check(avformat_alloc_output_context2(format, null, "mp4", (String) null));
        this.codec = avcodec_alloc_context3(encoder);
        this.stream = avformat_new_stream(format, encoder);
        this.rgb = av_frame_alloc();
        this.yuv = av_frame_alloc();
        this.scaler = sws_getContext(
                this.width,
                this.height,
                AV_PIX_FMT_BGR24,
                this.width,
                this.height,
                AV_PIX_FMT_YUV420P,
                SWS_BILINEAR,
                null,
                null,
                (DoublePointer) null);
        try {
            begin(encoder, rate, share);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static int even(int pixels) {
        return Math.max(16, pixels / 2 * 2);
    }

    private void begin(AVCodec encoder, double rate, double share) throws IOException {
        double bits = width * (double) height * rate * BITS_A_PIXEL;
        codec.width(width);
        codec.height(height);
        codec.pix_fmt(AV_PIX_FMT_YUV420P);
        codec.time_base(MILLISECONDS);
        codec.framerate(av_make_q((int) Math.round(rate * 1_000), 1_000));
        codec.gop_size((int) Math.ceil(rate * SECONDS_A_GROUP));
        codec.bit_rate((long) (share * Math.min(MOST_BITS_A_SECOND, Math.max(FEWEST_BITS_A_SECOND, bits))));
        codec.thread_count(1);
        // The index of an MP4 has what a decoder needs.
        codec.flags(codec.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
        codec.profile(AV_PROFILE_H264_HIGH);
        // It warns of what it is told to do.
        codec.log_level_offset(QUIETER);
        AVDictionary settings = new AVDictionary(null);
        if (share < 1) {
            av_dict_set(settings, "rc_mode", "bitrate", 0);
            av_dict_set(settings, "allow_skip_frames", "1", 0);
        }
        try {
            check(avcodec_open2(codec, encoder, settings));
        } finally {
            av_dict_free(settings);
        }
        check(avcodec_parameters_from_context(stream.codecpar(), codec));
        stream.time_base(MILLISECONDS);
        allocate(yuv, AV_PIX_FMT_YUV420P, 0);
        allocate(rgb, AV_PIX_FMT_BGR24, 1);
        AVIOContext memory = new AVIOContext(null);
        check(avio_open_dyn_buf(memory));
        format.pb(memory);
        AVDictionary options = new AVDictionary(null);
        av_dict_set(options, "moov_size", INDEX_BYTES, 0);
        try {
            check(avformat_write_header(format, options));
        } finally {
            av_dict_free(options);
        }
    }

    private void allocate(AVFrame frame, int pixels, int alignment) throws IOException {
        frame.format(pixels);
        frame.width(width);
        frame.height(height);
        check(av_frame_get_buffer(frame, alignment));
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** @param atMs after the first picture, and after the last one */
    void add(BufferedImage picture, long atMs) throws IOException {
        if (lastMs >= 0) {
            intervalMs = atMs - lastMs;
        }
        lastMs = atMs;
        byte[] bgr = ((DataBufferByte) bgr(picture).getRaster().getDataBuffer()).getData();
        check(av_frame_make_writable(yuv));
        rgb.data(0).put(bgr, 0, bgr.length);
        check(sws_scale_frame(scaler, yuv, rgb));
        yuv.pts(atMs);
        check(avcodec_send_frame(codec, yuv));
        write();
    }

    private BufferedImage bgr(BufferedImage picture) {
        boolean fits = picture.getType() == BufferedImage.TYPE_3BYTE_BGR
                && picture.getWidth() == width
                && picture.getHeight() == height;
        if (fits) {
            return picture;
        }
        BufferedImage bgr = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D g = bgr.createGraphics();
        g.drawImage(picture, 0, 0, width, height, null);
        g.dispose();
        return bgr;
    }

    private void write() throws IOException {
        while (true) {
            int got = avcodec_receive_packet(codec, packet);
            if (got == AVERROR_EAGAIN() || got == AVERROR_EOF) {
                return;
            }
            check(got);
            // The next picture says how long this one is shown; the last is shown as long as the one before.
            packet.duration(intervalMs);
            av_packet_rescale_ts(packet, MILLISECONDS, stream.time_base());
            packet.stream_index(stream.index());
            check(av_interleaved_write_frame(format, packet));
            av_packet_unref(packet);
        }
    }

    /** The video; nothing can be added after it. */
    byte[] finish() throws IOException {
        check(avcodec_send_frame(codec, null));
        write();
        check(av_write_trailer(format));
        BytePointer written = new BytePointer((BytePointer) null);
        open = false;
        int size = avio_close_dyn_buf(format.pb(), written);
        byte[] mp4 = new byte[size];
        written.get(mp4);
        av_free(written);
        return mp4;
    }

    @Override
    public void close() {
        if (open && format.pb() != null) {
            BytePointer written = new BytePointer((BytePointer) null);
            avio_close_dyn_buf(format.pb(), written);
            av_free(written);
        }
        open = false;
        sws_freeContext(scaler);
        av_packet_free(packet);
        av_frame_free(rgb);
        av_frame_free(yuv);
        avcodec_free_context(codec);
        avformat_free_context(format);
    }

    private static void check(int result) throws IOException {
        if (result < 0) {
            throw new IOException("FFmpeg could not make the video: error " + result);
        }
    }
}
