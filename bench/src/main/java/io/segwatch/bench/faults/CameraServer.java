package io.segwatch.bench.faults;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A camera: GStreamer's RTSP server in a process of its own, which serves a file, each client from its beginning. */
final class CameraServer implements AutoCloseable {
    private static final String SCRIPT = "rtsp_server.py";
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(1);

    final int port;
    private final String python;
    private final Path folder;
    private ServerProcess process;

    CameraServer(Path folder) throws IOException {
        this.port = Ports.free();
        this.folder = Files.createDirectories(folder);
        this.python = python().orElseThrow(() -> new IOException("No GStreamer RTSP server: install python3-gi"
                + " gir1.2-gst-rtsp-server-1.0 gir1.2-gst-plugins-base-1.0 gstreamer1.0-plugins-good"
                + " gstreamer1.0-plugins-bad gstreamer1.0-rtsp"));
        try (InputStream script = CameraServer.class.getResourceAsStream(SCRIPT)) {
            Files.write(folder.resolve(SCRIPT), script.readAllBytes());
        }
    }

    /** A virtual environment's Python does not see the system's packages, so the system's own is tried too. */
    private static Optional<String> python() {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                Process process = new ProcessBuilder(
                                python, "-c", "import gi; gi.require_version('GstRtspServer', '1.0')")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0) {
                    return Optional.of(python);
                }
            } catch (IOException e) {
                // Not installed.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return Optional.empty();
    }

    /** Starts on the same port as ever, and waits until it takes connections. */
    void start(Clip clip) throws IOException, InterruptedException {
        process = new ServerProcess(
                "camera server",
                folder.resolve("camera.log"),
                List.of(
                        python,
                        folder.resolve(SCRIPT).toString(),
                        clip.file().toString(),
                        Integer.toString(port),
                        clip.codec()),
                Map.of());
        process.launch();
        Waiting.until("the camera server listens", STARTS_WITHIN, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("The camera server did not start:\n" + process.tail());
            }
            return listens();
        });
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void kill() {
        process.kill();
    }

    void freeze() throws IOException, InterruptedException {
        process.freeze();
    }

    void thaw() throws IOException, InterruptedException {
        process.thaw();
    }

    String url() {
        return url(port);
    }

    /** Its address behind something that listens on another port. */
    static String url(int port) {
        return "rtsp://127.0.0.1:" + port + "/stream";
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
