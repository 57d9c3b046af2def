package io.segwatch.launcher;

import io.segwatch.contracts.CameraUrl;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Cameras of a running Segwatch. */
@Command(
        name = "camera",
        description = "Add, change, list and remove cameras of a running Segwatch.",
        mixinStandardHelpOptions = true,
        subcommands = {
            CameraCommand.Add.class,
            CameraCommand.Change.class,
            CameraTrustCommand.class,
            DefinitionCommand.Listing.class,
            CameraRemoval.class
        })
final class CameraCommand extends DefinitionCommand<Camera, CameraStatus> {
    CameraCommand() {
        super(
                "camera",
                "cameras",
                "rtsp://192.168.1.20/stream1 --id door",
                Camera.getDefaultInstance(),
                CameraStatus.getDefaultInstance());
    }

    @Override
    String statusPath() {
        return "/api/status";
    }

    @Override
    String line(Camera camera, CameraStatus status) {
        boolean known = status.getState() != CameraStatus.State.STATE_UNSPECIFIED;
        return String.format(
                "%-20s %-11s %5.1f fps  %s  %s",
                camera.getId(),
                known ? status.getState() : "UNKNOWN",
                status.getFps(),
                camera.getUrl(),
                status.getReason());
    }

    @Command(name = "add", description = "Add a camera.", mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @ParentCommand
        private CameraCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(
                paramLabel = "URL",
                description =
                        "rtsp://, rtsps://, http://, https://, file:/ or v4l2:/dev/videoN address; - reads it from"
                                + " standard input.")
        private String url;

        @Option(names = "--id", description = "Default: made from the name or the address.")
        private String id;

        @Option(names = "--name")
        private String name;

        @Option(names = "--fps", defaultValue = "0", description = "Frames a second; 0 takes the configured default.")
        private double fps;

        @Option(
                names = "--time-zone",
                paramLabel = "ZONE",
                description = "Whose hours the hourly baseline goes by, such as Europe/Berlin. Default: UTC.")
        private String timeZone;

        @Option(names = "--user", description = "User of the camera; asks for the password.")
        private String user;

        @Option(
                names = "--password",
                interactive = true,
                arity = "0..1",
                description = "Asked for when no value is given.")
        private char[] password;

        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "File whose first line is the password; - for standard input.")
        private String passwordFile;

        @Option(names = "--once", description = "Play a file once, rather than in a loop.")
        private boolean once;

        @Mixin
        private StreamOptions stream;

        @Mixin
        private MaskOptions masks;

        @Override
        public Integer call() throws Exception {
            Camera.Stream.Builder read = Camera.Stream.newBuilder();
            stream.apply(read);
            String address = address();
            Camera.Builder camera = Camera.newBuilder()
                    .setUrl(address)
                    .setTargetFps(fps)
                    .setOnce(once)
                    .addAllPrivacyMasks(masks.applied(List.of()))
                    .addAllHiddenQueries(masks.hidden(List.of()))
                    .setId(id == null ? "" : id)
                    .setName(name == null ? "" : name)
                    .setTimeZone(timeZone == null ? "" : timeZone);
            if (!read.build().equals(Camera.Stream.getDefaultInstance())) {
                camera.setStream(read);
            }
            Map<String, String> login = user == null ? Map.of() : Map.of("username", user, "password", password());
            spec.commandLine().getOut().println("Added camera " + parent.add(camera.build(), login));
            return CommandLine.ExitCode.OK;
        }

        private String address() throws IOException {
            String address = SecretInput.address(url);
            if (url.equals(address) && holdsSecret(address)) {
                SecretInput.warn(
                        spec,
                        "A password or token in the address",
                        "give - as the address and write it to standard input, or use --user and --password-file");
            }
            return address;
        }

        private static boolean holdsSecret(String address) {
            try {
                return !CameraUrl.parse(address).secrets().isEmpty();
            } catch (IllegalArgumentException e) {
                // Told by the dashboard, by its field.
                return false;
            }
        }

        private String password() throws IOException {
            if (password != null && passwordFile != null) {
                throw new IllegalArgumentException("--password and --password-file are one thing; give one of the two");
            }
            SecretInput.warn(spec, "--password", password);
            return passwordFile != null ? SecretInput.line(passwordFile) : password == null ? "" : new String(password);
        }
    }

    @Command(
            name = "set",
            description = "Change how a camera is read and what it hides. What is not given stays as it is.",
            mixinStandardHelpOptions = true)
    static final class Change implements Callable<Integer> {
        @ParentCommand
        private CameraCommand parent;

        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "ID")
        private String id;

        @Option(names = "--fps", description = "Frames a second; 0 takes the configured default.")
        private Double fps;

        @Mixin
        private StreamOptions stream;

        @Mixin
        private MaskOptions masks;

        @Override
        public Integer call() throws Exception {
            parent.api().edit(parent.path() + "/" + id, Camera.getDefaultInstance(), this::changed);
            parent.note(spec.commandLine().getErr());
            spec.commandLine().getOut().println("Changed camera " + id);
            return CommandLine.ExitCode.OK;
        }

        /** The fields that change. */
        private Camera changed(Camera old) {
            Camera.Stream.Builder read = old.getStream().toBuilder();
            stream.apply(read);
            Camera.Builder camera = old.toBuilder();
            if (old.hasStream() || !read.build().equals(Camera.Stream.getDefaultInstance())) {
                camera.setStream(read);
            }
            if (masks.given()) {
                camera.clearPrivacyMasks().addAllPrivacyMasks(masks.applied(old.getPrivacyMasksList()));
            }
            camera.clearHiddenQueries().addAllHiddenQueries(masks.hidden(old.getHiddenQueriesList()));
            return fps == null ? camera.build() : camera.setTargetFps(fps).build();
        }
    }
}
