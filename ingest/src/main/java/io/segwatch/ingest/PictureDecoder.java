package io.segwatch.ingest;

import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/**
 * FFmpeg's decoder of one stream, which is given the packets that are needed. For one thread, which must also close it.
 */
final class PictureDecoder implements AutoCloseable {
    private final InputSpec source;
    private final AVStream stream;
    private final AVRational timeBase;
    private AVCodecContext context = new AVCodecContext(null);
    private HardwareDevice device;
    private String hwaccel = "";
    private String note = "";
    private final NeededPictures needed;
    private final Disposable disposable;
    /** Whether a person has set what to leave out. */
    private final boolean set;
    /** Whether it has been given a packet since it began anew. */
    private boolean begun;
    /** Whether what it holds comes out before it begins anew. */
    private boolean emptying;

    private boolean ended;
    private long skippedTo = Long.MIN_VALUE;

    /** @param everything whether somebody waits for the very next picture */
    PictureDecoder(InputSpec source, AVStream stream, BooleanSupplier everything) {
        this.source = source;
        this.stream = stream;
        timeBase = stream.time_base();
        needed = new NeededPictures(everything);
        set = source.chosen.containsKey("skip_frame");
        int size = Math.max(0, stream.codecpar().extradata_size());
        BytePointer extra = new BytePointer(stream.codecpar().extradata()).capacity(size);
        disposable = new Disposable(
                avcodec.avcodec_get_name(stream.codecpar().codec_id()).getString(), extra.asByteBuffer());
    }

    /**
     * Opens it on a device where that is set and there is one. FFmpeg's code, negative where it could not be opened.
     */
    int open(AVCodec codec, FfmpegOptions options) {
        String wanted = source.config.hwaccel();
        for (String kind : HardwareDevice.kinds(wanted)) {
            if (openOn(kind, codec, options)) {
                hwaccel = kind;
                return 0;
            }
        }
        boolean asked = !wanted.equals("none") && !wanted.equals("auto");
        note = asked ? HardwareDevice.missing(wanted, codec.name().getString()) : "";
        return open(codec, null, options);
    }

    private boolean openOn(String kind, AVCodec codec, FfmpegOptions options) {
        if (kind.equals(HardwareDevice.V4L2)) {
            AVCodec own = avcodec.avcodec_find_decoder_by_name(codec.name().getString() + "_" + kind);
            return own != null && !own.isNull() && open(own, null, options) >= 0;
        }
        device = HardwareDevice.open(kind, codec);
        if (device != null && open(codec, device, options) >= 0) {
            return true;
        }
        closeDevice();
        return false;
    }

    private int open(AVCodec codec, HardwareDevice on, FfmpegOptions options) {
        avcodec.avcodec_free_context(context);
        context = avcodec.avcodec_alloc_context3(codec);
        avcodec.avcodec_parameters_to_context(context, stream.codecpar());
        // Each further thread would hold one more picture back.
        context.thread_count(1);
        context.max_pixels(source.config.maxPixels());
        context.pkt_timebase(timeBase);
        if (on != null) {
            on.attach(context);
        }
        AVDictionary taken = options.give();
        int opened = avcodec.avcodec_open2(context, codec, taken);
        options.taken(taken);
        return opened;
    }

    /** What pictures are decoded with, by FFmpeg's name; empty for this process itself. */
    String hwaccel() {
        return hwaccel;
    }

    /** What is to be said of how it decodes; mostly empty. */
    String note() {
        return note;
    }

    /**
     * The next picture that is wanted stands at {@code from}, and one each {@code interval} from then on; microseconds
     * of the stream's clock.
     */
    void want(long from, long interval) {
        needed.want(from, interval);
    }

    /** Every picture is wanted, until {@link #want} says otherwise. */
    void wantAll() {
        needed.wantAll();
    }

    /** Microseconds of the stream's clock; Long.MIN_VALUE for none. */
    long micros(long timestamp) {
        return timestamp == avutil.AV_NOPTS_VALUE
                ? Long.MIN_VALUE
                : Math.round(timestamp * 1e6 * timeBase.num() / timeBase.den());
    }

    /**
     * Takes a packet; false where its picture is left out.
     *
     * @param whole whether none may be
     */
    boolean put(AVPacket packet, boolean whole) {
        if (whole || set) {
            needed.wantAll();
        }
        long at = micros(packet.pts());
        boolean key = (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0;
        if (needed.needs(at, key, leavesNoGap(packet, key))) {
            begun = true;
            avcodec.avcodec_send_packet(context, packet);
            return true;
        }
        skippedTo = Math.max(skippedTo, at);
        if (needed.broken() && begun) {
            // What is wanted of the pictures so far comes now, and not with the next key frame.
            begun = false;
            emptying = true;
            avcodec.avcodec_send_packet(context, null);
        }
        return false;
    }

    private boolean leavesNoGap(AVPacket packet, boolean key) {
        return !key
                && ((packet.flags() & avcodec.AV_PKT_FLAG_DISPOSABLE) != 0
                        || packet.size() > 0
                                && disposable.test(
                                        packet.data().capacity(packet.size()).asByteBuffer()));
    }

    /** No packet follows. */
    void end() {
        ended = true;
        avcodec.avcodec_send_packet(context, null);
    }

    /**
     * 0 and the next picture; or FFmpeg's code: AVERROR_EAGAIN where a packet is missing, AVERROR_EOF after the end.
     */
    int get(AVFrame picture) {
        int got = avcodec.avcodec_receive_frame(context, picture);
        if (got == 0 && device != null) {
            int fetched = device.fetch(picture);
            if (fetched == 0 && !hwaccel.isEmpty()) {
                // The device is there, and not for this kind of stream.
                note = source.config.hwaccel().equals("auto") ? "" : HardwareDevice.missing(hwaccel, "this stream");
                hwaccel = "";
            }
            got = Math.min(0, fetched);
        }
        if (got == 0) {
            needed.decoded(micros(picture.best_effort_timestamp()), picture.pict_type() == avutil.AV_PICTURE_TYPE_I);
        } else if (got == avutil.AVERROR_EOF && emptying && !ended) {
            emptying = false;
            avcodec.avcodec_flush_buffers(context);
            return avutil.AVERROR_EAGAIN();
        }
        return got;
    }

    /** The time of the last picture that was left out, microseconds of the stream's clock; Long.MIN_VALUE for none. */
    long skippedTo() {
        return skippedTo;
    }

    private void closeDevice() {
        if (device != null) {
            device.close();
            device = null;
        }
    }

    @Override
    public void close() {
        avcodec.avcodec_free_context(context);
        closeDevice();
    }
}
