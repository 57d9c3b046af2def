package io.segwatch.ingest;

import static org.bytedeco.ffmpeg.global.avdevice.avdevice_register_all;

import io.segwatch.v1.Camera;
import io.segwatch.v1.Camera.Stream.Deinterlace;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.PointerPointer;

/**
 * An open camera or file: reads packets and decodes pictures, one after the other. For one thread, which must also
 * close it.
 *
 * <p>It calls FFmpeg directly rather than through JavaCV's FFmpegFrameGrabber, which opens cameras one after the other
 * under a lock of the whole process, cannot be interrupted, waits once more for each picture that its decoder holds
 * back, puts the address with its password into its errors, and copies each picture to BGR whether it is published or
 * not.
 */
final class VideoReader implements AutoCloseable {
    private static final long LEAST_ALLOCATION = 65L << 20;
    /** Formats whose timestamps are made up from an assumed rate. */
    private static final Set<String> WITHOUT_CLOCK = Set.of("mpjpeg", "mjpeg", "h264", "hevc");

    private final InputSpec source;
    private final Deadline deadline;
    private final FfmpegOptions options;
    private final AVFormatContext format;
    private CameraConnection connection;
    private final AVPacket packet = avcodec.av_packet_alloc();
    private final AVFrame frame = avutil.av_frame_alloc();
    private PictureDecoder decoder;
    private WholePictures whole;
    private AVStream stream;
    private String codec = "";
    private double fps;
    private boolean drained;
    private boolean any;
    private final BooleanSupplier everything;
    private Runnable skipped = () -> {};

    private VideoReader(InputSpec source, Deadline deadline, BooleanSupplier everything) {
        this.source = source;
        this.everything = everything;
        this.options = new FfmpegOptions(source);
        this.deadline = deadline;
        this.format = avformat.avformat_alloc_context();
        deadline.guard(format);
    }

    /**
     * Connects and finds the video stream; the first picture is yet to be read. Takes no longer than {@code timeout},
     * except for looking up a host's name.
     */
    static VideoReader open(InputSpec source, Deadline deadline, Duration timeout) throws GrabException {
        return open(source, deadline, timeout, () -> true);
    }

    /** As above; {@code everything}: whether somebody waits for the very next picture, whatever {@link #want} says. */
    static VideoReader open(InputSpec source, Deadline deadline, Duration timeout, BooleanSupplier everything)
            throws GrabException {
        NativeLog.forget();
        deadline.begin(timeout);
        VideoReader video = new VideoReader(source, deadline, everything);
        try {
            video.openInput(timeout);
            video.findStreams(timeout);
            if (deadline.passed()) {
                // FFmpeg goes on with what it has found when its search is cut short.
                throw video.failed(avutil.AVERROR_EXIT, timeout);
            }
            video.openDecoder(timeout);
            return video;
        } catch (GrabException | RuntimeException e) {
            video.close();
            throw e;
        }
    }

    /** FFmpeg's name of the codec, for example h264. */
    String codec() {
        return codec;
    }

    /** What pictures are decoded with, and what is to be said of it. */
    PictureDecoder decoder() {
        return decoder;
    }

    /** Pictures a second as the stream declares them; 0 when it does not. */
    double declaredFps() {
        return !source.file && WITHOUT_CLOCK.contains(formatName()) ? 0 : fps;
    }

    /** A single picture behind an address, which is fetched again for each further one. */
    boolean still() {
        return connection.still() || !source.file && formatName().endsWith("_pipe");
    }

    /** Whether pictures come in segments that a playlist names. */
    boolean segmented() {
        return formatName().equals("hls");
    }

    private String formatName() {
        return format.iformat().name().getString();
    }

    /** Storage that is to be played at its own pace, rather than something that happens now. */
    boolean recorded() {
        return source.file || source.format == null && format.duration() > 0 && !still();
    }

    /** The picture that {@link #next} decoded, until it is called again. */
    AVFrame picture() {
        return frame;
    }

    /** How {@link #picture} is shown. */
    PictureShape shape(Camera.Stream set) {
        return PictureShape.of(format, stream, frame, set);
    }

    /** Microseconds on the stream's clock, or Long.MIN_VALUE when it has none. */
    long timestamp() {
        return WITHOUT_CLOCK.contains(formatName()) ? Long.MIN_VALUE : decoder.micros(frame.best_effort_timestamp());
    }

    /**
     * A picture is wanted that stands at {@code from} or soon after, and one each {@code interval} from then on;
     * microseconds on the stream's clock. Others may be left out; {@code left} is told of each.
     */
    void want(long from, long interval, Runnable left) {
        skipped = left;
        decoder.want(from, interval);
    }

    /**
     * Decodes the next picture; false when a file has ended. What is damaged in between is skipped.
     *
     * @throws GrabException when a file holds none at all, none comes within {@code timeout}, a live stream ends, or a
     *     picture is out of bounds
     */
    boolean next(Duration timeout) throws GrabException {
        return next(timeout, Deinterlace.WHEN_INTERLACED, false);
    }

    /** As above; {@code alone}: whether pictures are so far apart that none waits for the next to be deinterlaced. */
    boolean next(Duration timeout, Deinterlace how, boolean alone) throws GrabException {
        deadline.set(timeout);
        while (true) {
            if (whole.get(frame)) {
                return true;
            }
            int got = decoder.get(frame);
            if (got == 0) {
                PictureBounds.check(source, frame.width(), frame.height());
                any = true;
                if (!whole.put(frame, how, alone)) {
                    return true;
                }
            } else if (got == avutil.AVERROR_EOF) {
                if (!any) {
                    throw failed(avutil.AVERROR_INVALIDDATA, timeout);
                }
                if (!whole.end()) {
                    return false;
                }
            } else if (!drained || got == avutil.AVERROR_EAGAIN()) {
                read(timeout);
            }
        }
    }

    private void read(Duration timeout) throws GrabException {
        int read = avformat.av_read_frame(format, packet);
        if (deadline.passed()) {
            // FFmpeg's parsers hand out what they hold when a read is cut short: a part of a picture, and no new one.
            avcodec.av_packet_unref(packet);
            throw failed(avutil.AVERROR_EXIT, timeout);
        }
        if (read == avutil.AVERROR_EAGAIN()) {
            return;
        }
        if (read < 0) {
            // A file whose end is missing or damaged is played up to there.
            if (!recorded() && !still()) {
                throw failed(read, timeout);
            }
            drained = true;
            decoder.end();
            return;
        }
        connection.received(packet.size());
        // A deinterlacer looks at the pictures before and after; times that are made up tell nothing.
        boolean all = whole.used() || WITHOUT_CLOCK.contains(formatName());
        if (packet.stream_index() == stream.index() && !decoder.put(packet, all)) {
            deadline.set(timeout);
            skipped.run();
        }
        avcodec.av_packet_unref(packet);
    }

    private void openInput(Duration timeout) throws GrabException {
        connect(timeout);
        AVInputFormat input = null;
        if (connection.format() != null) {
            if (connection.format().equals("v4l2")) {
                avdevice_register_all();
            }
            input = avformat.av_find_input_format(connection.format());
        }
        AVDictionary taken = options.give();
        format.max_streams(64);
        // For what demuxers and parsers gather, however a stream is made. Planes of the largest picture fit.
        avutil.av_max_alloc(Math.max(LEAST_ALLOCATION, 3L * source.config.maxPixels()));
        int opened = avformat.avformat_open_input(format, connection.url(), input, taken);
        options.taken(taken);
        if (opened < 0) {
            // FFmpeg has freed the context.
            format.setNull();
            throw failed(opened, timeout);
        }
    }

    private void connect(Duration timeout) throws GrabException {
        try {
            connection = new CameraConnection(source, deadline, format);
        } catch (GrabException e) {
            throw deadline.passed() && deadline.refusal() == null ? failed(avutil.AVERROR_EXIT, timeout) : e;
        }
    }

    private void findStreams(Duration timeout) throws GrabException {
        if (WITHOUT_CLOCK.contains(formatName())) {
            // They have no rate, and a slow camera's second picture is not to be waited for.
            format.fps_probe_size(0).max_ts_probe(0);
        }
        int count = format.nb_streams();
        PointerPointer<AVDictionary> bounds = new PointerPointer<>(Math.max(1, count));
        for (int i = 0; i < count; i++) {
            AVDictionary bound = new AVDictionary(null);
            avutil.av_dict_set(bound, "max_pixels", Integer.toString(source.config.maxPixels()), 0);
            avutil.av_dict_set(bound, "threads", "1", 0);
            bounds.put(i, bound);
        }
        int found = avformat.avformat_find_stream_info(format, count == 0 ? null : bounds);
        for (int i = 0; i < count; i++) {
            // FFmpeg leaves what it did not use, and null where nothing was left.
            AVDictionary left = bounds.get(AVDictionary.class, i);
            if (left != null) {
                avutil.av_dict_free(left);
            }
        }
        bounds.close();
        if (found < 0) {
            throw failed(found, timeout);
        }
        int index = avformat.av_find_best_stream(format, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
        if (index < 0) {
            throw failed(index, timeout);
        }
        for (int i = 0; i < format.nb_streams(); i++) {
            if (i != index) {
                format.streams(i).discard(avcodec.AVDISCARD_ALL);
            }
        }
        stream = format.streams(index);
    }

    private void openDecoder(Duration timeout) throws GrabException {
        var parameters = stream.codecpar();
        codec = avcodec.avcodec_get_name(parameters.codec_id()).getString();
        if (parameters.width() > 0 && parameters.height() > 0) {
            PictureBounds.check(source, parameters.width(), parameters.height());
        }
        AVCodec found = avcodec.avcodec_find_decoder(parameters.codec_id());
        if (found == null || found.isNull()) {
            throw failed(avutil.AVERROR_DECODER_NOT_FOUND, timeout);
        }
        if (!source.codecs.contains(codec)) {
            throw new GrabException(source + ": its codec " + codec + " is not allowed here. Set the camera to H.264,"
                    + " H.265 or MJPEG, or add " + codec + " to segwatch.ingest.codecs.");
        }
        decoder = new PictureDecoder(source, stream, everything);
        int opened = decoder.open(found, options);
        if (opened < 0) {
            throw failed(opened, timeout);
        }
        Optional<String> unknown = options.unknown();
        if (unknown.isPresent()) {
            throw new GrabException(source + ": stream.options." + unknown.get()
                    + ": nothing that this camera is read with knows it. Leave it out.");
        }
        whole = new WholePictures(stream.time_base(), codec.equals("hevc"));
        AVRational rate = avformat.av_guess_frame_rate(format, stream, null);
        fps = rate.den() == 0 ? 0 : (double) rate.num() / rate.den();
    }

    /** FFmpeg's demuxers turn a call that was cut short into errors of their own. */
    private GrabException failed(int code, Duration timeout) {
        GrabException network = connection == null ? null : connection.failure();
        if (network != null) {
            return network;
        } else if (deadline.overrun()) {
            return FfmpegErrors.tooManyBytes(source);
        } else if (connection != null && !connection.odd().isEmpty()) {
            return FfmpegErrors.odd(source, connection.odd());
        }
        return deadline.passed()
                ? FfmpegErrors.noPicture(source, timeout, any)
                : FfmpegErrors.of(code, source, timeout);
    }

    /** Ends the connection. A camera that no longer answers does not hold it up. */
    @Override
    public void close() {
        // FFmpeg waits for the answer to its RTSP TEARDOWN otherwise.
        deadline.set(Duration.ofMillis(200));
        if (whole != null) {
            whole.close();
        }
        if (decoder != null) {
            decoder.close();
        }
        if (!format.isNull()) {
            avformat.avformat_close_input(format);
        }
        if (connection != null) {
            connection.close();
        }
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(packet);
    }
}
