package io.segwatch.ingest;

import static org.bytedeco.ffmpeg.global.avutil.AVERROR_DECODER_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EACCES;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EINVAL;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EIO;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_ENODEV;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_ENOENT;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EXIT;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_FORBIDDEN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_UNAUTHORIZED;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_INVALIDDATA;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_STREAM_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** FFmpeg's error codes as sentences, each with a remedy. */
final class FfmpegErrors {
    // Linux errno values that FFmpeg hands through and that its bindings do not name.
    private static final int EBUSY = -16;
    private static final int ENETUNREACH = -101;
    static final int ECONNRESET = -104;
    private static final int EPROTONOSUPPORT = -93;
    private static final int ETIMEDOUT = -110;
    private static final int ECONNREFUSED = -111;
    private static final int EHOSTUNREACH = -113;

    private static final Pattern TOO_LARGE = Pattern.compile("Picture size (\\d+x\\d+) exceeds specified max pixel");

    private FfmpegErrors() {}

    /**
     * @param code negative, as FFmpeg returned it
     * @param waited how long the call was allowed to take
     */
    static GrabException of(int code, InputSpec source, Duration waited) {
        String said = NativeLog.lastError();
        Matcher large = TOO_LARGE.matcher(said);
        if (large.find()) {
            return tooLarge(source, large.group(1));
        }
        boolean denied = code == AVERROR_HTTP_UNAUTHORIZED || code == AVERROR_HTTP_FORBIDDEN;
        return new GrabException(
                source + ": " + describe(code, source, waited),
                denied ? GrabException.Retry.LATER : GrabException.Retry.SOON);
    }

    /**
     * An HTTP or RTSP server's answer that is no stream.
     *
     * @param where empty, or "led to https://other, where "
     */
    static GrabException ofHttp(int status, InputSpec source, String where) {
        String said = switch (status) {
            case 401 -> describe(AVERROR_HTTP_UNAUTHORIZED, source, Duration.ZERO);
            case 403 -> describe(AVERROR_HTTP_FORBIDDEN, source, Duration.ZERO);
            case 404 -> describe(AVERROR_HTTP_NOT_FOUND, source, Duration.ZERO);
            default -> "the camera answers " + status + ". Check the path, and what the camera's own page says.";
        };
        return new GrabException(
                source + ": " + where + said,
                status == 401 || status == 403 ? GrabException.Retry.LATER : GrabException.Retry.SOON);
    }

    /** An HTTP server that announced JPEGs sent something else. */
    static GrabException odd(InputSpec source, String seen) {
        return new GrabException(source + ": announces a stream of JPEGs, but " + seen + ".", GrabException.Retry.SOON);
    }

    static GrabException tooLarge(InputSpec source, String size) {
        return new GrabException(source + ": its picture of " + size + " is larger than " + PictureBounds.MAX_SIDE
                + " pixels a side or segwatch.ingest.max-pixels (" + source.config.maxPixels()
                + "). Choose a smaller stream of the camera.");
    }

    /** The camera sent more than it may without a picture; the next attempt waits long. */
    static GrabException tooManyBytes(InputSpec source) {
        return new GrabException(
                source + ": sent " + source.config.pictureBytes() + " without a picture. Check that the address is a"
                        + " camera's; a camera that really sends so much needs a higher segwatch.ingest.picture-bytes.",
                GrabException.Retry.RARELY);
    }

    /**
     * No picture came in time.
     *
     * @param any whether one came before, on the same connection
     */
    static GrabException noPicture(InputSpec source, Duration waited, boolean any) {
        String said = "no picture within " + waited.toMillis() + " ms";
        return new GrabException(
                source + ": "
                        + (any
                                ? said + " of the one before. Check the camera and the network; one that sends pictures"
                                        + " less often needs a higher stream.readTimeoutMs (of this camera) or"
                                        + " segwatch.ingest.read-timeout (of all)."
                                : said + " of connecting. Check the address, and that the camera is switched on and"
                                        + " sends video; one that takes longer needs a higher stream.connectTimeoutMs (of"
                                        + " this camera) or segwatch.ingest.connect-timeout (of all)."),
                GrabException.Retry.SOON);
    }

    private static String describe(int code, InputSpec source, Duration waited) {
        if (code == AVERROR_EXIT || code == ETIMEDOUT) {
            return "the connection timed out within " + waited.toMillis()
                    + " ms. Check the address, and that the camera is switched on.";
        } else if (code == EPROTONOSUPPORT && "rtsp".equals(source.format)) {
            return "the camera sends RTP neither over TCP nor over UDP (461 to each). Allow one of them in the camera.";
        } else if (code == ECONNREFUSED) {
            return "connection refused. Check host and port, and that the camera is switched on.";
        } else if (code == EHOSTUNREACH || code == ENETUNREACH) {
            return "the host cannot be reached. Check the address and the network.";
        } else if (code == AVERROR_HTTP_UNAUTHORIZED) {
            return source.credentials.isEmpty()
                    ? "the camera asks for a user and a password (401). Give them with its address."
                    : "user or password refused (401). Check " + source.refused + ".";
        } else if (code == AVERROR_HTTP_FORBIDDEN) {
            return "the camera denies access (403). Check the rights of its user.";
        } else if (code == AVERROR_HTTP_NOT_FOUND) {
            return "no such stream (404). Check the path behind the host's name.";
        } else if (code == AVERROR_ENOENT() || code == AVERROR_ENODEV()) {
            return "does not exist. Check the path, and that the device is plugged in.";
        } else if (code == AVERROR_EACCES()) {
            return "may not be read by this process. Check its owner and rights.";
        } else if (code == EBUSY) {
            return "is in use by another program. Stop that one.";
        } else if (code == AVERROR_INVALIDDATA && "rtsp".equals(source.format)) {
            return "what answers there sends no RTSP stream that can be read. Check the port (mostly 554) and the path.";
        } else if (code == AVERROR_INVALIDDATA || code == AVERROR_EINVAL()) {
            return "is no video that can be read: damaged, truncated, or of another kind" + quoted()
                    + ". Check it with a player.";
        } else if (code == AVERROR_STREAM_NOT_FOUND) {
            return "holds no video. Give a stream or a file with pictures in it.";
        } else if (code == AVERROR_DECODER_NOT_FOUND) {
            return "its codec is not known. Set the camera to H.264, H.265 or MJPEG.";
        } else if (code == AVERROR_EOF) {
            return "the stream has ended. Check that the camera still sends.";
        } else if (code == ECONNRESET) {
            return "the connection was broken. Check the network and the camera.";
        } else if (code == AVERROR_EIO()) {
            return "cannot be read: unknown host or broken connection. Check the address and the network.";
        }
        return text(code) + " (" + code + ")" + quoted() + ".";
    }

    private static String quoted() {
        String said = NativeLog.lastError();
        return said.isEmpty() ? "" : " (FFmpeg: " + said + ")";
    }

    private static String text(int code) {
        byte[] text = new byte[128];
        av_strerror(code, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }
}
