package io.segwatch.ingest;

import org.bytedeco.ffmpeg.avformat.AVFormatContext;

/** What FFmpeg reads a camera through: nothing for files and devices, code of ours for what comes over the network. */
final class CameraConnection implements AutoCloseable {
    private final InputSpec source;
    private final Deadline deadline;
    private final HttpInput http;
    private final RtspRelay rtsp;

    /** Connects, and lets {@code format} read from there where it opens nothing itself. */
    CameraConnection(InputSpec source, Deadline deadline, AVFormatContext format) throws GrabException {
        this.source = source;
        this.deadline = deadline;
        this.http = source.url.scheme().startsWith("http") ? new HttpInput(source, deadline, format) : null;
        this.rtsp = source.url.scheme().startsWith("rtsp") ? new RtspRelay(source, deadline) : null;
    }

    /** Where FFmpeg finds it. */
    String url() {
        return http != null ? http.url() : rtsp != null ? rtsp.url() : source.address;
    }

    /** FFmpeg's input format; null when it is to find out. */
    String format() {
        return http != null ? http.format() : source.format;
    }

    /** Whether what was taken for a stream of JPEGs turned out to be one picture, without a length of its own. */
    boolean still() {
        return http != null && http.jpegs() != null && http.jpegs().still();
    }

    /** What there is instead of JPEGs, as the rest of a sentence; mostly empty. */
    String odd() {
        return http != null && http.jpegs() != null ? http.jpegs().odd() : "";
    }

    /** Counts a packet that FFmpeg received without passing by here. */
    void received(int bytes) {
        if (rtsp != null && rtsp.udp()) {
            deadline.received(bytes);
        }
    }

    /** Why the network gives no more, or null when it is FFmpeg that does not go on. */
    GrabException failure() {
        if (deadline.refusal() != null) {
            return deadline.refusal();
        } else if (deadline.passed()) {
            return null;
        }
        return http != null ? http.failure() : rtsp != null ? rtsp.failure() : null;
    }

    /** Only after FFmpeg has let go of the context. */
    @Override
    public void close() {
        if (http != null) {
            http.close();
        }
        if (rtsp != null) {
            rtsp.close();
        }
    }
}
