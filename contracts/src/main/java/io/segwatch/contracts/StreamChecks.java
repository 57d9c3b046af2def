package io.segwatch.contracts;

import io.segwatch.tls.SeenCertificate;
import io.segwatch.v1.Camera;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The bounds of how a camera is read, and which of FFmpeg's options people may set. */
final class StreamChecks {
    private static final long LEAST_MS = 100;
    private static final long MAX_CONNECT_MS = 600_000;
    private static final long MAX_WAIT_MS = 3_600_000;
    private static final Pattern ASPECT = Pattern.compile("([1-9]\\d{0,3}):([1-9]\\d{0,3})");
    private static final double MAX_ASPECT = 8;

    private static final Set<String> RTSP = Set.of("rtsp", "rtsps");
    private static final Set<String> HTTP = Set.of("http", "https");
    private static final Set<String> SEALED = Set.of("rtsps", "https");
    private static final Set<String> DEVICE = Set.of("v4l2");
    private static final Set<String> REMOTE = Set.of("rtsp", "rtsps", "http", "https");
    private static final Set<String> ALL = Set.of("rtsp", "rtsps", "http", "https", "file", "v4l2");

    /** An option of FFmpeg: the values it may have, and the schemes of addresses to which it means something. */
    private record Option(Pattern form, long least, long most, String rule, Set<String> schemes) {
        static Option number(long least, long most, String unit, Set<String> schemes) {
            String rule = "is a whole number " + least + ".." + most + unit;
            return new Option(Pattern.compile("-?\\d{1,9}"), least, most, rule, schemes);
        }

        static Option text(String form, String rule, Set<String> schemes) {
            return new Option(Pattern.compile(form), Long.MIN_VALUE, Long.MAX_VALUE, rule, schemes);
        }

        boolean takes(String value) {
            if (!form.matcher(value).matches()) {
                return false;
            }
            return least == Long.MIN_VALUE || Long.parseLong(value) >= least && Long.parseLong(value) <= most;
        }
    }

    private static final Map<String, Option> OPTIONS = Map.ofEntries(
            Map.entry("analyzeduration", Option.number(0, 60_000_000, " microseconds", ALL)),
            Map.entry("probesize", Option.number(32, 33_554_432, " bytes", ALL)),
            Map.entry(
                    "fflags",
                    Option.text(
                            "\\+?(nobuffer|discardcorrupt|genpts|igndts)(\\+(nobuffer|discardcorrupt|genpts|igndts)){0,3}",
                            "is nobuffer, discardcorrupt, genpts and igndts, those wanted, joined by +",
                            ALL)),
            Map.entry("skip_frame", Option.text("default|noref|nokey", "is default, noref or nokey", ALL)),
            Map.entry("max_delay", Option.number(0, 10_000_000, " microseconds", RTSP)),
            Map.entry("reorder_queue_size", Option.number(0, 10_000, " packets", RTSP)),
            Map.entry("buffer_size", Option.number(0, 16_777_216, " bytes", RTSP)),
            Map.entry("min_port", Option.number(1_024, 65_535, "", RTSP)),
            Map.entry("max_port", Option.number(1_024, 65_535, "", RTSP)),
            Map.entry("user_agent", Option.text("[ -~]{1,200}", "is 1 to 200 visible ASCII characters", REMOTE)),
            Map.entry("live_start_index", Option.number(-100, 100, " segments", HTTP)),
            Map.entry("framerate", Option.number(1, 240, " pictures a second", DEVICE)),
            Map.entry("video_size", Option.text("\\d{2,4}x\\d{2,4}", "is a size such as 1280x720", DEVICE)),
            Map.entry("input_format", Option.text("[a-z0-9_]{1,20}", "is a format such as mjpeg or yuyv422", DEVICE)));

    private StreamChecks() {}

    static void check(FieldChecks check, Camera camera) {
        if (!camera.hasStream()) {
            return;
        }
        Camera.Stream stream = camera.getStream();
        String scheme = scheme(camera.getUrl());
        transport(check, stream, scheme);
        wait(check, "stream.connectTimeoutMs", stream.getConnectTimeoutMs(), MAX_CONNECT_MS);
        wait(check, "stream.readTimeoutMs", stream.getReadTimeoutMs(), MAX_WAIT_MS);
        wait(check, "stream.intervalMs", stream.getIntervalMs(), MAX_WAIT_MS);
        if (stream.getIntervalMs() != 0 && !HTTP.contains(scheme)) {
            check.problem("stream.intervalMs", "is for still pictures at http:// and https:// addresses; leave it out");
        }
        if (stream.getDeinterlace() == Camera.Stream.Deinterlace.UNRECOGNIZED) {
            check.problem("stream.deinterlace", "is none of WHEN_INTERLACED, NEVER, ALWAYS");
        }
        aspect(check, stream.getAspect());
        options(check, stream.getOptionsMap(), scheme);
    }

    static void tls(FieldChecks check, Camera camera) {
        Camera.Tls tls = camera.getTls();
        if (tls.equals(Camera.Tls.getDefaultInstance())) {
            return;
        }
        String field = tls.getFingerprint().isEmpty() ? "tls.insecureAnyCertificate" : "tls.fingerprint";
        if (!SEALED.contains(scheme(camera.getUrl()))) {
            check.problem(field, "is for rtsps:// and https:// addresses; leave it out");
        } else if (!tls.getFingerprint().isEmpty() && tls.getInsecureAnyCertificate()) {
            check.problem(field, "trusts one certificate and tls.insecureAnyCertificate all; leave one of them out");
        } else if (!tls.getFingerprint().isEmpty()) {
            try {
                SeenCertificate.fingerprint(tls.getFingerprint());
            } catch (IllegalArgumentException e) {
                check.problem(field, e.getMessage());
            }
        }
    }

    private static String scheme(String url) {
        return url.substring(0, Math.max(0, url.indexOf(':'))).toLowerCase(Locale.ROOT);
    }

    private static void transport(FieldChecks check, Camera.Stream stream, String scheme) {
        String field = "stream.transport";
        switch (stream.getTransport()) {
            case UNRECOGNIZED -> check.problem(field, "is none of AUTOMATIC, TCP, UDP");
            case TCP, UDP -> {
                if (!RTSP.contains(scheme)) {
                    check.problem(field, "is for rtsp:// addresses; leave it AUTOMATIC");
                } else if (scheme.equals("rtsps") && stream.getTransport() == Camera.Stream.Transport.UDP) {
                    check.problem(field, "is always TCP of an rtsps:// address: UDP would not be encrypted");
                }
            }
            case AUTOMATIC -> {}
        }
    }

    private static void wait(FieldChecks check, String field, int ms, long most) {
        if (ms != 0 && (ms < LEAST_MS || ms > most)) {
            check.problem(
                    field,
                    "is outside " + LEAST_MS + ".." + most + " ms (" + most / 60_000 + " min); 0 is the default");
        }
    }

    private static void aspect(FieldChecks check, String aspect) {
        if (aspect.isEmpty() || aspect.equals("square")) {
            return;
        }
        var sides = ASPECT.matcher(aspect);
        double ratio = sides.matches() ? Double.parseDouble(sides.group(1)) / Double.parseDouble(sides.group(2)) : 0;
        if (!(ratio >= 1 / MAX_ASPECT && ratio <= MAX_ASPECT)) {
            check.problem("stream.aspect", "is no shape between 1:8 and 8:1 such as 16:9 or 4:3, nor \"square\"");
        }
    }

    private static void options(FieldChecks check, Map<String, String> options, String scheme) {
        options.forEach((name, value) -> {
            Option option = OPTIONS.get(name);
            // A name of any length is not repeated.
            String field = option == null ? "stream.options" : "stream.options." + name;
            if (option == null) {
                check.problem(field, "may hold only " + String.join(", ", new TreeSet<>(OPTIONS.keySet())));
            } else if (!option.schemes().contains(scheme)) {
                check.problem(field, "means nothing to " + scheme + ": addresses; leave it out");
            } else if (!option.takes(value)) {
                check.problem(field, option.rule());
            }
        });
        if (port(options, "min_port", 0) > port(options, "max_port", 65_535)) {
            check.problem("stream.options.max_port", "must be min_port or more");
        }
    }

    private static int port(Map<String, String> options, String name, int absent) {
        String value = options.getOrDefault(name, "");
        return value.matches("\\d{1,5}") ? Integer.parseInt(value) : absent;
    }
}
