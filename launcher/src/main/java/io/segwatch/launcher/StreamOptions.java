package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import io.segwatch.v1.Camera.Stream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** How a camera is read, as options of `camera add` and `camera set`. A picocli mixin. */
final class StreamOptions {
    @Option(
            names = "--transport",
            description = "auto (TCP, and UDP where the camera refuses it), tcp or udp; of rtsp:// addresses.")
    private String transport;

    @Option(
            names = "--connect-timeout",
            paramLabel = "DURATION",
            description = "Longest wait for the first picture, or default.")
    private String connectTimeout;

    @Option(
            names = "--read-timeout",
            paramLabel = "DURATION",
            description = "Time without a picture after which it is connected again, or default.")
    private String readTimeout;

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            description = "Time between two requests of a still picture, or default (by the frame rate).")
    private String interval;

    @Option(
            names = "--deinterlace",
            description = "auto (pictures that say they are interlaced), off, or on for all of them.")
    private String deinterlace;

    @Option(
            names = "--aspect",
            paramLabel = "W:H",
            description =
                    "Shape of the whole picture: 16:9, square for square pixels, or auto for what the stream says.")
    private String aspect;

    @Option(
            names = "--option",
            paramLabel = "NAME=VALUE",
            description = "An option of FFmpeg that docs/guide.md lists; may be given again. NAME= removes it.")
    private Map<String, String> options = Map.of();

    /**
     * Sets what was given.
     *
     * @throws IllegalArgumentException when a value cannot be read, naming the option and what it may be
     */
    void apply(Stream.Builder stream) {
        if (transport != null) {
            stream.setTransport(
                    switch (transport.toLowerCase(Locale.ROOT)) {
                        case "auto" -> Stream.Transport.AUTOMATIC;
                        case "tcp" -> Stream.Transport.TCP;
                        case "udp" -> Stream.Transport.UDP;
                        default -> throw no("--transport", transport, "transport", "auto, tcp or udp");
                    });
        }
        if (connectTimeout != null) {
            stream.setConnectTimeoutMs(ms("--connect-timeout", connectTimeout));
        }
        if (readTimeout != null) {
            stream.setReadTimeoutMs(ms("--read-timeout", readTimeout));
        }
        if (interval != null) {
            stream.setIntervalMs(ms("--interval", interval));
        }
        if (deinterlace != null) {
            stream.setDeinterlace(
                    switch (deinterlace.toLowerCase(Locale.ROOT)) {
                        case "auto" -> Stream.Deinterlace.WHEN_INTERLACED;
                        case "off" -> Stream.Deinterlace.NEVER;
                        case "on" -> Stream.Deinterlace.ALWAYS;
                        default -> throw no("--deinterlace", deinterlace, "way to deinterlace", "auto, off or on");
                    });
        }
        if (aspect != null) {
            stream.setAspect(aspect.equalsIgnoreCase("auto") ? "" : aspect);
        }
        options.forEach((name, value) -> {
            if (value == null || value.isEmpty()) {
                stream.removeOptions(name);
            } else {
                stream.putOptions(name, value);
            }
        });
    }

    private static int ms(String option, String text) {
        if (text.equalsIgnoreCase("default")) {
            return 0;
        }
        try {
            Duration duration = Configuration.duration(text);
            // The service says what is too long.
            return (int) Math.min(Integer.MAX_VALUE, Math.max(1, duration.toMillis()));
        } catch (IllegalArgumentException e) {
            throw no(option, text, "duration", "90s, 2m or default");
        }
    }

    private static IllegalArgumentException no(String option, String value, String what, String example) {
        return new IllegalArgumentException(option + " " + value + " is no " + what + "; give " + example);
    }
}
