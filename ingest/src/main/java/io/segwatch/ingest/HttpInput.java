package io.segwatch.ingest;

import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_FORCE;
import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_SIZE;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What FFmpeg reads of a camera at an HTTP address, fetched by {@link CameraHttp}: the address itself, and what its
 * demuxers open on the way (playlists, segments, keys). FFmpeg makes no connection of its own. For the thread that
 * calls FFmpeg.
 */
final class HttpInput implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpInput.class);
    private static final int BUFFER = 32 << 10;

    // JavaCPP has room for ten callbacks of a kind, so all cameras share these and differ by the cells.
    private static final OpenCallback OPEN = new OpenCallback();
    private static final CloseCallback CLOSE = new CloseCallback();
    private static final ReadCallback READ = new ReadCallback();
    private static final SeekCallback SEEK = new SeekCallback();

    /** By the address of their cell. */
    private static final Map<Long, HttpInput> INPUTS = new ConcurrentHashMap<>();

    private static final Map<Long, HttpStream> STREAMS = new ConcurrentHashMap<>();

    private final InputSpec source;
    private final CameraHttp http;
    private final Deadline deadline;
    private final AVFormatContext format;
    /** Native memory, because FFmpeg hands its address to the callbacks. */
    private final LongPointer cell = new LongPointer(1);

    private final Mp4Samples.Total total = new Mp4Samples.Total();
    private final HttpStream main;
    /** Why the last thing that FFmpeg asked for could not be had, or null. */
    private GrabException failure;

    /** Connects, and lets {@code format} read from there. */
    HttpInput(InputSpec source, Deadline deadline, AVFormatContext format) throws GrabException {
        this.source = source;
        this.deadline = deadline;
        this.format = format;
        this.http = new CameraHttp(source, deadline);
        try {
            this.main = new HttpStream(source.address, http.get(source.address, "bytes=0-"));
        } catch (GrabException e) {
            http.close();
            cell.close();
            throw e;
        }
        INPUTS.put(cell.address(), this);
        format.opaque(cell);
        format.io_open(OPEN);
        format.io_close2(CLOSE);
        format.pb(main.context);
    }

    /** Where the camera's address led to at last. */
    String url() {
        return main.body.url;
    }

    /** FFmpeg's input format where the content alone does not always tell; else null. */
    String format() {
        return main.body.format;
    }

    /** The pictures, where it is a stream of JPEGs; else null. */
    JpegParts jpegs() {
        return main.body.jpegs;
    }

    /** Why the last thing that FFmpeg asked for could not be had, or null. */
    GrabException failure() {
        return failure;
    }

    /** Only after FFmpeg has let go of the context. */
    @Override
    public void close() {
        INPUTS.remove(cell.address());
        main.close();
        http.close();
        cell.close();
    }

    /** Something that is open, and how FFmpeg reads it. */
    private final class HttpStream {
        private final LongPointer id = new LongPointer(1);
        private final String address;
        private final AVIOContext context;
        private final byte[] buffer = new byte[BUFFER];
        private final Mp4Samples samples = new Mp4Samples(total);
        private HttpBody body;
        private InputStream in;
        private long position;

        HttpStream(String address, HttpBody body) {
            this.address = address;
            this.body = body;
            this.in = body.in;
            BytePointer memory = new BytePointer(avutil.av_malloc(BUFFER));
            context = avformat.avio_alloc_context(memory, BUFFER, 0, id, READ, null, body.seekable ? SEEK : null);
            STREAMS.put(id.address(), this);
        }

        int read(BytePointer into, int most) {
            try {
                int read = in.read(buffer, 0, Math.min(most, BUFFER));
                if (read <= 0) {
                    return avutil.AVERROR_EOF;
                }
                position += read;
                if (!samples.take(buffer, read) && isMp4(this)) {
                    deadline.refuse(tooManySamples(samples.declared()));
                    return avutil.AVERROR_EXIT;
                }
                into.put(buffer, 0, read);
                return read;
            } catch (SocketException e) {
                return deadline.passed() ? avutil.AVERROR_EXIT : FfmpegErrors.ECONNRESET;
            } catch (IOException e) {
                // A body that ends too early is read up to there.
                return deadline.passed() ? avutil.AVERROR_EXIT : avutil.AVERROR_EOF;
            }
        }

        long seek(long offset, int whence) {
            int how = whence & ~AVSEEK_FORCE;
            if (how == AVSEEK_SIZE) {
                return body.size < 0 ? avutil.AVERROR_EINVAL() : body.size;
            }
            long to = how == 0 ? offset : how == 1 ? position + offset : body.size + offset;
            if (to < 0 || how > 2 || how == 2 && body.size < 0) {
                return avutil.AVERROR_EINVAL();
            }
            if (to == position) {
                return to;
            }
            try {
                body.close();
                HttpBody part = http.get(address, "bytes=" + to + "-");
                body = part;
                in = part.in;
                if (!part.seekable) {
                    return avutil.AVERROR_EIO();
                }
                position = to;
                samples.seek(to);
                return to;
            } catch (GrabException e) {
                failure = e;
                return avutil.AVERROR_EIO();
            }
        }

        void close() {
            STREAMS.remove(id.address());
            body.close();
            avutil.av_free(context.buffer());
            avformat.avio_context_free(context);
            id.close();
        }
    }

    /** Whether it may be one; of what a demuxer opened on its way, the format is not known. */
    private boolean isMp4(HttpStream stream) {
        AVInputFormat detected = format.iformat();
        boolean other = stream.context.equals(format.pb())
                && detected != null
                && !detected.isNull()
                && !detected.name().getString().contains("mp4");
        if (other) {
            stream.samples.stop();
        }
        return !other;
    }

    private GrabException tooManySamples(long declared) {
        return new GrabException(
                source + ": declares an MP4 index of " + declared + " pictures and pieces of sound, and "
                        + Mp4Samples.MOST + " are kept. Give a shorter file, or an address that streams.");
    }

    private int open(PointerPointer<?> opened, String url, AVDictionary options) {
        if (deadline.passed()) {
            return avutil.AVERROR_EXIT;
        }
        boolean encrypted = url.startsWith("crypto");
        String address = encrypted ? url.substring("crypto".length() + 1) : url;
        try {
            String end = option(options, "end_offset");
            String range = end.isEmpty() ? "" : "bytes=" + option(options, "offset") + "-" + (Long.parseLong(end) - 1);
            HttpStream stream = new HttpStream(address, http.get(address, range));
            if (encrypted) {
                stream.in = decrypted(stream.in, option(options, "key"), option(options, "iv"));
            }
            opened.put(0, stream.context);
            failure = null;
            return 0;
        } catch (GrabException e) {
            failure = e;
            if (e.retry != GrabException.Retry.SOON) {
                // Trying the next segment would not mend it.
                deadline.refuse(e);
            }
            return avutil.AVERROR_EIO();
        } catch (GeneralSecurityException | RuntimeException e) {
            log.debug("Opening failed", e);
            return avutil.AVERROR_EINVAL();
        }
    }

    private static InputStream decrypted(InputStream in, String key, String iv) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(HexFormat.of().parseHex(key), "AES"),
                new IvParameterSpec(HexFormat.of().parseHex(iv)));
        return new CipherInputStream(in, cipher);
    }

    private static String option(AVDictionary options, String name) {
        AVDictionaryEntry entry = options == null ? null : avutil.av_dict_get(options, name, null, 0);
        return entry == null || entry.isNull() ? "" : entry.value().getString();
    }

    private static final class OpenCallback
            extends AVFormatContext.Io_open_AVFormatContext_PointerPointer_BytePointer_int_PointerPointer {
        @Override
        @SuppressWarnings("rawtypes") // As the method that it overrides.
        public int call(
                AVFormatContext format, PointerPointer opened, BytePointer url, int flags, PointerPointer options) {
            HttpInput input = INPUTS.get(format.opaque().address());
            Pointer first = options == null || options.isNull() ? null : options.get(0);
            AVDictionary given = first == null || first.isNull() ? null : new AVDictionary(first);
            return input == null ? avutil.AVERROR_EXIT : input.open(opened, url.getString(), given);
        }
    }

    private static final class CloseCallback extends AVFormatContext.Io_close2_AVFormatContext_AVIOContext {
        @Override
        public int call(AVFormatContext format, AVIOContext context) {
            HttpStream stream = STREAMS.get(context.opaque().address());
            if (stream != null) {
                stream.close();
            }
            return 0;
        }
    }

    private static final class ReadCallback extends Read_packet_Pointer_BytePointer_int {
        @Override
        public int call(Pointer id, BytePointer into, int most) {
            HttpStream stream = STREAMS.get(id.address());
            return stream == null ? avutil.AVERROR_EXIT : stream.read(into, most);
        }
    }

    private static final class SeekCallback extends Seek_Pointer_long_int {
        @Override
        public long call(Pointer id, long offset, int whence) {
            HttpStream stream = STREAMS.get(id.address());
            return stream == null ? avutil.AVERROR_EXIT : stream.seek(offset, whence);
        }
    }
}
