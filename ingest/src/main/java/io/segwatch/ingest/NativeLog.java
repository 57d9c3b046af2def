package io.segwatch.ingest;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_FATAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_WARNING;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;

import io.segwatch.contracts.CameraUrl;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.javacpp.BytePointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * FFmpeg's own log, which would go to stderr with whole addresses in it. It comes line by line on the thread that
 * called FFmpeg, so that the camera in the MDC is the right one. The causes that matter are in a camera's status; this
 * log has the details.
 */
final class NativeLog extends LogCallback {
    private static final Logger log = LoggerFactory.getLogger("io.segwatch.ingest.ffmpeg");
    private static final NativeLog INSTANCE = new NativeLog();
    private static final Pattern COMPONENT = Pattern.compile("\\[[^\\]]{1,80}\\] ");
    private static final int MAX_LINE = 300;
    private static final ThreadLocal<String> LAST_ERROR = ThreadLocal.withInitial(() -> "");

    private NativeLog() {}

    /** Routes FFmpeg's log of the whole process here, and loads FFmpeg. */
    static void install() {
        // Above warnings FFmpeg prints requests with their Authorization headers.
        av_log_set_level(AV_LOG_WARNING);
        setLogCallback(INSTANCE);
    }

    /** The last error that FFmpeg noted on this thread since {@link #forget}, without credentials; else empty. */
    static String lastError() {
        return LAST_ERROR.get();
    }

    static void forget() {
        LAST_ERROR.remove();
    }

    @Override
    public void call(int level, BytePointer message) {
        if (level > AV_LOG_WARNING || level > AV_LOG_ERROR && !log.isTraceEnabled()) {
            return;
        }
        String line = CameraUrl.redact(message.getString()).strip();
        // Decoders that are off are so on purpose: sound needs none.
        if (level <= AV_LOG_ERROR && !line.isEmpty() && !line.contains("not on whitelist")) {
            String cause = COMPONENT.matcher(line).replaceAll("");
            LAST_ERROR.set(cause.substring(0, Math.min(MAX_LINE, cause.length())));
        }
        if (level <= AV_LOG_FATAL) {
            log.error(line);
        } else if (level <= AV_LOG_ERROR) {
            log.debug(line);
        } else {
            log.trace(line);
        }
    }
}
