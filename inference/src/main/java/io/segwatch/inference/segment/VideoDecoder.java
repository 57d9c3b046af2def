package io.segwatch.inference.segment;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** An open video file, read one picture after the other. The file alone is read, whatever it names. */
final class VideoDecoder implements AutoCloseable {
    private static final int MIN_SIDE = 16;
    private static final int MAX_SIDE = 8_192;
    private static final String FORMATS =
            "mov,matroska,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,av1,obu,ivf,flv,asf,ogg";
    private static final List<String> CODECS = List.of(
            "h264",
            "hevc",
            "mjpeg",
            "mpeg4",
            "mpeg2video",
            "mpeg1video",
            "vp8",
            "vp9",
            "av1",
            "prores",
            "dnxhd",
            "ffv1",
            "rawvideo",
            "flv1",
            "h263",
            "msmpeg4v3",
            "wmv2",
            "wmv3",
            "vc1",
            "dvvideo",
            "theora",
            "qtrle",
            "png");

    private final long maxPixels;
    private final AVFormatContext format = new AVFormatContext(null);
    private final AVPacket packet = avcodec.av_packet_alloc();
    private final AVFrame frame = avutil.av_frame_alloc();
    private AVCodecContext decoder;
    private AVStream stream;
    private ShownPicture shown;
    private boolean drained;
    /** Pictures so far. */
    private long number;

    private VideoDecoder(double maxMegapixels) {
        this.maxPixels = Math.round(maxMegapixels * 1e6);
    }

    /** @throws IOException saying what is wrong with the file */
    static VideoDecoder open(Path file, double maxMegapixels) throws IOException {
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
        VideoDecoder video = new VideoDecoder(maxMegapixels);
        try {
            video.openFile(file);
            video.openDecoder();
            return video;
        } catch (IOException | RuntimeException e) {
            video.close();
            throw e;
        }
    }

    private void openFile(Path file) throws IOException {
        AVDictionary options = new AVDictionary(null);
        avutil.av_dict_set(options, "format_whitelist", FORMATS, 0);
        avutil.av_dict_set(options, "protocol_whitelist", "file", 0);
        avutil.av_dict_set(options, "codec_whitelist", decoders(), 0);
        int opened = avformat.avformat_open_input(format, "file:" + file, null, options);
        avutil.av_dict_free(options);
        if (opened < 0) {
            format.setNull();
            throw new IOException("is no video that can be read, or is damaged");
        }
        if (avformat.avformat_find_stream_info(format, (PointerPointer<?>) null) < 0) {
            throw new IOException("is no video that can be read, or is damaged");
        }
        int index = avformat.av_find_best_stream(format, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
        if (index < 0) {
            throw new IOException("holds no video");
        }
        stream = format.streams(index);
    }

    /** FFmpeg's list is of decoders, which are not always called as their codec is. */
    private static String decoders() {
        return CODECS.stream()
                .map(avcodec::avcodec_descriptor_get_by_name)
                .map(descriptor -> avcodec.avcodec_find_decoder(descriptor.id()))
                .filter(found -> found != null && !found.isNull())
                .map(found -> found.name().getString())
                .collect(Collectors.joining(","));
    }

    private void openDecoder() throws IOException {
        var parameters = stream.codecpar();
        String codec = avcodec.avcodec_get_name(parameters.codec_id()).getString();
        AVCodec found = avcodec.avcodec_find_decoder(parameters.codec_id());
        if (!CODECS.contains(codec) || found == null || found.isNull()) {
            throw new IOException("has the codec " + codec + ", which is not read. Convert it to H.264");
        }
        if (parameters.width() > 0 && parameters.height() > 0) {
            checkSize(parameters.width(), parameters.height());
        }
        decoder = avcodec.avcodec_alloc_context3(found);
        avcodec.avcodec_parameters_to_context(decoder, parameters);
        decoder.max_pixels(maxPixels);
        decoder.pkt_timebase(stream.time_base());
        if (avcodec.avcodec_open2(decoder, found, (AVDictionary) null) < 0) {
            throw new IOException("cannot be decoded");
        }
    }

    /** Decodes the next picture; false at the end. What is damaged in between is skipped. */
    boolean next() throws IOException {
        while (true) {
            int got = avcodec_receive_frame(decoder, frame);
            if (got == 0) {
                checkSize(frame.width(), frame.height());
                number++;
                return true;
            } else if (got == AVERROR_EOF) {
                return false;
            } else if (got != AVERROR_EAGAIN() && drained) {
                continue;
            }
            if (av_read_frame(format, packet) < 0) {
                drained = true;
                avcodec_send_packet(decoder, null);
                continue;
            }
            if (packet.stream_index() == stream.index()) {
                avcodec_send_packet(decoder, packet);
            }
            avcodec.av_packet_unref(packet);
        }
    }

    private void checkSize(int width, int height) throws IOException {
        if (width < MIN_SIDE || height < MIN_SIDE) {
            throw new IOException(
                    "is " + width + "x" + height + " pixels; at least " + MIN_SIDE + "x" + MIN_SIDE + " are needed");
        } else if (width > MAX_SIDE || height > MAX_SIDE) {
            throw new IOException("is " + width + "x" + height + " pixels; at most " + MAX_SIDE + " a side are taken");
        } else if ((long) width * height > maxPixels) {
            throw new IOException("is " + width + "x" + height + " pixels, over the bound of " + maxPixels / 1_000_000.0
                    + " megapixels; raise it with --max-megapixels");
        }
    }

    /** Of the newest picture, milliseconds from the video's start on; by the frame rate where the file has no times. */
    long timeMs() {
        long timestamp = frame.best_effort_timestamp();
        if (timestamp == avutil.AV_NOPTS_VALUE) {
            AVRational rate = avformat.av_guess_frame_rate(format, stream, null);
            return rate.num() <= 0 ? 0 : Math.round((number - 1) * 1e3 * rate.den() / rate.num());
        }
        long start = stream.start_time() == avutil.AV_NOPTS_VALUE ? 0 : stream.start_time();
        AVRational base = stream.time_base();
        return Math.round((timestamp - start) * 1e3 * base.num() / base.den());
    }

    /** The newest picture as BGR, as it is shown: upright, with square pixels, of an interlaced one a single field. */
    Mat picture() {
        if (shown == null) {
            shown = new ShownPicture();
        }
        return shown.of(format, stream, frame);
    }

    @Override
    public void close() {
        if (shown != null) {
            shown.close();
        }
        if (decoder != null) {
            avcodec_free_context(decoder);
        }
        if (!format.isNull()) {
            avformat_close_input(format);
        }
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(packet);
    }
}
