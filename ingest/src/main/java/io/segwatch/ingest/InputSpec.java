package io.segwatch.ingest;

import io.segwatch.contracts.AddressSecrets;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.Login;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a camera is opened: its address, user and password, FFmpeg's input format, and an allow-list of formats and
 * protocols. Everything that is not on the list is denied: a playlist cannot make a camera read a local file, and a
 * file cannot make it open a connection.
 */
final class InputSpec {
    static final String USER_AGENT = "user_agent";
    private static final Pattern DEVICE = Pattern.compile("/dev/video\\d{1,3}");
    private static final String FILE_FORMATS = "mov,matroska,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,av1,obu,ivf,flv,"
            + "asf,ogg,wav,gif,mjpeg,mxf,nut,image2,png_pipe,jpeg_pipe,bmp_pipe,webp_pipe,tiff_pipe";
    private static final String HTTP_FORMATS =
            "mov,matroska,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,flv,mjpeg,png_pipe,jpeg_pipe,hls,mpjpeg";
    private static final Map<String, String> HTTP_OPTIONS = Map.of(
            "format_whitelist", HTTP_FORMATS,
            // Everything is fetched here; FFmpeg opens nothing itself.
            "protocol_whitelist", "none",
            "http_persistent", "0",
            "http_multiple", "0",
            // A segment is what its content says; the formats are bounded above.
            "extension_picky", "0",
            "allowed_extensions", "ALL",
            "allowed_segment_extensions", "ALL");
    private static final Map<String, String> FILE_OPTIONS = Map.of(
            "format_whitelist", FILE_FORMATS,
            "protocol_whitelist", "file",
            // A % in the name of a picture is no pattern of other names.
            "pattern_type", "none");
    /** Files are the operator's own: editors and other cameras made them. */
    private static final List<String> FILE_CODECS = List.of(
            "gif",
            "prores",
            "dnxhd",
            "ffv1",
            "rawvideo",
            "flv1",
            "h263",
            "mpeg1video",
            "msmpeg4v3",
            "dvvideo",
            "theora",
            "webp",
            "bmp",
            "tiff",
            "qtrle");

    final CameraUrl url;
    /** Without user and password: FFmpeg is not told them. */
    final String address;
    /** User and password for the camera itself, and for no other host. */
    final Optional<Login> login;
    /** Where it may be, and what it may lead to. */
    final CameraNetworks networks;
    /** FFmpeg's input format, or null to let it find out. */
    final String format;
    /** FFmpeg's options for opening it. */
    final Map<String, String> options;
    /** Those of the options that a person set for this camera. */
    final Map<String, String> chosen;
    /** For messages and the log: without user and password. */
    final String redacted;
    /** Name of the credentials in use, empty for none. */
    final String credentials;
    /** What to check when they are refused, for a sentence: those that came with the camera have its name. */
    final String refused;

    final IngestConfig config;
    /** Whose certificate is trusted. */
    final CameraTls tls;
    /** FFmpeg's names of the codecs that may be decoded. */
    final List<String> codecs;
    /** Whether it is read from storage and played at the rate of its timestamps. */
    final boolean file;

    private InputSpec(
            CameraUrl url,
            String address,
            Optional<Login> login,
            String format,
            Map<String, String> options,
            Camera camera,
            IngestConfig config) {
        this.url = url;
        this.address = address;
        this.login = login;
        this.networks = new CameraNetworks(config.networks());
        this.format = format;
        this.options = new HashMap<>(options);
        this.chosen = camera.getStream().getOptionsMap();
        this.options.putAll(chosen);
        this.redacted = url.published();
        this.credentials = camera.getCredentials();
        this.refused = credentials.equals(camera.getId()) ? "both" : "the credentials \"" + credentials + "\"";
        this.config = config;
        this.tls = new CameraTls(url, camera.getTls(), config.caFile());
        this.file = address.startsWith("file:");
        List<String> more = file ? FILE_CODECS : "v4l2".equals(format) ? List.of("rawvideo") : List.of();
        this.codecs = Stream.concat(config.codecs().stream(), more.stream()).toList();
    }

    /** Looks up the credentials and checks that the camera may be opened; opens nothing. */
    static InputSpec of(Camera camera, IngestConfig config, Credentials credentials) throws GrabException {
        CameraUrl url = parse(camera.getUrl());
        return switch (url.scheme()) {
            case "rtsp", "rtsps" -> {
                AddressSecrets secrets = secrets(camera, url, credentials);
                Map<String, String> options = rtspOptions(transport(url.scheme(), camera.getStream()));
                CameraUrl whole = filled(url, secrets);
                yield new InputSpec(whole, whole.withoutLogin(), secrets.login(), "rtsp", options, camera, config);
            }
            case "http", "https" -> {
                AddressSecrets secrets = secrets(camera, url, credentials);
                CameraUrl whole = filled(url, secrets);
                yield new InputSpec(whole, whole.withoutLogin(), secrets.login(), null, HTTP_OPTIONS, camera, config);
            }
            case "file" -> {
                String file = "file:" + allowedFile(url.uri(), config);
                yield new InputSpec(url, file, Optional.empty(), null, FILE_OPTIONS, camera, config);
            }
            case "v4l2" ->
                new InputSpec(
                        url, allowedDevice(url.uri(), config), Optional.empty(), "v4l2", Map.of(), camera, config);
            default -> throw new IllegalStateException(url.scheme());
        };
    }

    private static Map<String, String> rtspOptions(String transport) {
        return Map.of(
                "rtsp_transport", transport,
                // UDP only where the camera refuses TCP (461).
                "rtsp_flags", "prefer_tcp",
                "allowed_media_types", "video",
                // The stream's description names its codec: looking for longer delays the first picture.
                "analyzeduration", "100000",
                "probesize", "32768",
                "format_whitelist", "rtsp",
                "protocol_whitelist", "rtsp,rtp,udp,tcp");
    }

    private static String transport(String scheme, Camera.Stream set) {
        return switch (set.getTransport()) {
            case UDP -> "udp";
            case TCP -> "tcp";
            // What is encrypted stays so.
            default -> scheme.equals("rtsp") ? "tcp+udp" : "tcp";
        };
    }

    /** How requests name this program. */
    String userAgent() {
        return options.getOrDefault(USER_AGENT, "Segwatch");
    }

    private static CameraUrl parse(String url) throws GrabException {
        try {
            return CameraUrl.parse(url);
        } catch (IllegalArgumentException e) {
            throw new GrabException("The address " + e.getMessage() + ".");
        }
    }

    private static CameraUrl filled(CameraUrl url, AddressSecrets secrets) throws GrabException {
        try {
            return url.filled(secrets);
        } catch (IllegalArgumentException e) {
            throw new GrabException("The address " + e.getMessage() + ".");
        }
    }

    /** For the camera's own scheme, host and port, whoever wrote its definition. */
    private static AddressSecrets secrets(Camera camera, CameraUrl url, Credentials credentials) throws GrabException {
        String name = camera.getCredentials();
        if (name.isEmpty()) {
            return AddressSecrets.NONE;
        }
        try {
            // They may be on their way still.
            return credentials
                    .find(name, url.authority())
                    .orElseThrow(() -> new GrabException(
                            "There are no credentials named \"" + name
                                    + "\". Give the camera its user and password again, or name others.",
                            GrabException.Retry.SOON));
        } catch (IOException e) {
            throw new GrabException(e.getMessage());
        }
    }

    private static Path allowedFile(URI uri, IngestConfig config) throws GrabException {
        List<Path> roots = config.fileRoots().orElse(List.of());
        if (roots.isEmpty()) {
            throw new GrabException(
                    "Files are not allowed as cameras here. Name their folder in segwatch.ingest.file-roots.");
        }
        try {
            // Symbolic links are followed before the comparison, so that none leads out of the folders.
            Path path = Path.of(uri).toRealPath();
            for (Path root : roots) {
                if (Files.isDirectory(root) && path.startsWith(root.toRealPath())) {
                    return checkedFile(path);
                }
            }
        } catch (InvalidPathException e) {
            throw new GrabException("The file's name has letters that this process's locale cannot write ("
                    + System.getProperty("sun.jnu.encoding") + "). Start it with LC_ALL=C.UTF-8.");
        } catch (IllegalArgumentException e) {
            throw new GrabException(
                    "The address names no file of this machine; give for example file:/videos/door.mp4.");
        } catch (IOException e) {
            // A missing file answers as one outside does, so that nobody can probe for names.
        }
        throw new GrabException("The file does not exist or lies outside the allowed folders."
                + " Check its path, or add its folder to segwatch.ingest.file-roots.");
    }

    private static Path checkedFile(Path path) throws GrabException, IOException {
        if (!Files.isRegularFile(path)) {
            throw new GrabException("The path names no regular file. Give the path of a video.");
        }
        if (Files.size(path) == 0) {
            throw new GrabException("The file is empty (0 bytes). Give a video with pictures in it.");
        }
        return path;
    }

    private static String allowedDevice(URI uri, IngestConfig config) throws GrabException {
        String device = uri.getPath() == null ? "" : uri.getPath();
        if (!config.v4l2()) {
            throw new GrabException("Devices are not allowed as cameras here. Set segwatch.ingest.v4l2=true.");
        }
        if (!DEVICE.matcher(device).matches()) {
            throw new GrabException("The address names no camera device; give for example v4l2:/dev/video0.");
        }
        return device;
    }

    @Override
    public String toString() {
        return redacted;
    }
}
