package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real RTSP server (GStreamer's) in a process of its own, which can be frozen and killed. */
final class RtspServer implements AutoCloseable {
    private static final String IMPORTS = "import gi; gi.require_version('GstRtspServer', '1.0');"
            + " from gi.repository import GstRtspServer, Gst; Gst.init(None);"
            + " assert Gst.ElementFactory.find('rtph264pay') and Gst.ElementFactory.find('h264parse')"
            + " and Gst.ElementFactory.find('qtdemux')";

    private final Process process;
    final int port;

    private RtspServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Serves an MP4 file.
     *
     * @param port 0 for any
     * @param protection nothing, or "basic" or "digest", user and password
     */
    static RtspServer start(Path file, int port, String... protection) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(python().orElseThrow());
        command.add(
                Path.of(RtspServer.class.getResource("/rtsp_server.py").toURI()).toString());
        command.add(file.toString());
        command.add(Integer.toString(port));
        command.addAll(List.of(protection));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        if (line == null) {
            fail("The RTSP server did not start");
        }
        return new RtspServer(process, Integer.parseInt(line));
    }

    /** Skips the tests where GStreamer is missing, except in CI, where it must not be. */
    static void require() throws Exception {
        if (python().isEmpty()) {
            String missing = "No GStreamer RTSP server: install python3-gi gir1.2-gst-rtsp-server-1.0"
                    + " gir1.2-gst-plugins-base-1.0 gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"
                    + " gstreamer1.0-rtsp";
            if ("true".equals(System.getenv("CI"))) {
                fail(missing);
            }
            Assumptions.abort(missing);
        }
    }

    /** A virtual environment's Python does not see the system's packages, so the system's own is tried too. */
    private static Optional<String> python() throws Exception {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                Process process = new ProcessBuilder(python, "-c", IMPORTS)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0) {
                    return Optional.of(python);
                }
            } catch (IOException e) {
                // Not installed.
            }
        }
        return Optional.empty();
    }

    String url() {
        return "rtsp://127.0.0.1:" + port + "/stream";
    }

    /** Keeps its connections and answers nothing, as a camera that hangs. */
    void freeze() throws Exception {
        signal("-STOP");
    }

    void thaw() throws Exception {
        signal("-CONT");
    }

    private void signal(String signal) throws Exception {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
