package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputSpecTest {
    @TempDir
    Path folder;

    Path allowed;
    Credentials credentials;
    IngestConfig config;

    @BeforeEach
    void prepare() throws Exception {
        allowed = Files.createDirectory(folder.resolve("allowed"));
        credentials = new Credentials(folder.resolve("credentials.properties"));
        TestLogin.put(credentials, "door", "rtsp://10.0.0.1", "ann", "p@ss:w/rd 1%");
        config = Configuration.of(Map.of("segwatch.ingest.file-roots", allowed.toString()))
                .get(IngestConfig.class);
    }

    private InputSpec of(String url, String name) throws GrabException {
        return InputSpec.of(Camera.newBuilder().setUrl(url).setCredentials(name).build(), config, credentials);
    }

    @Test
    void keepsTheCredentialsApartFromTheAddress() throws Exception {
        InputSpec source = of("rtsp://10.0.0.1:554/stream", "door");
        assertThat(source.address).isEqualTo("rtsp://10.0.0.1:554/stream");
        assertThat(source.login.orElseThrow().password()).isEqualTo("p@ss:w/rd 1%");
        assertThat(source).hasToString("rtsp://10.0.0.1:554/stream");
        assertThat(source.options.toString()).doesNotContain("ann");
    }

    @Test
    void whatIsKeptForOneAddressIsTakenToNoOther() {
        for (String other :
                List.of("rtsp://10.0.0.2/", "rtsp://10.0.0.1:555/", "rtsps://10.0.0.1:554/", "http://10.0.0.1/")) {
            assertThatThrownBy(() -> of(other, "door"))
                    .isInstanceOf(GrabException.class)
                    .hasMessageContaining("is for rtsp://10.0.0.1:554 and is told to no other address")
                    .hasMessageNotContaining("p@ss");
        }
    }

    @Test
    void secretValuesOfAnAddressArePutInForItAlone() throws Exception {
        CameraUrl url = CameraUrl.parse("http://10.0.0.1/cgi?user=ann&pwd=hidden&channel=1");
        credentials.put("cgi", url.authority(), url.secrets());
        InputSpec source = of(url.published(), "cgi");
        assertThat(source.address).isEqualTo("http://10.0.0.1/cgi?user=ann&pwd=hidden&channel=1");
        assertThat(source).hasToString("http://10.0.0.1/cgi?user=***&pwd=***&channel=1");
        assertThatThrownBy(() -> of("http://10.0.0.2/cgi?user=***&pwd=***", "cgi"))
                .hasMessageContaining("is for http://10.0.0.1:80");
        assertThatThrownBy(() -> of(url.published(), "")).hasMessageContaining("has *** for user");
    }

    @Test
    void readsTheCredentialsAnewEachTime() throws Exception {
        TestLogin.put(credentials, "door", "http://10.0.0.1", "bob", "b");
        assertThat(of("http://10.0.0.1/", "door").login.orElseThrow().user()).isEqualTo("bob");
    }

    @Test
    void allowsNoFileUnlessAFolderIsNamed() {
        config = Configuration.of(Map.of()).get(IngestConfig.class);
        assertThatThrownBy(() -> of("file:/etc/hostname", "")).hasMessageContaining("segwatch.ingest.file-roots");
    }

    @Test
    void followsNoLinkOutOfTheAllowedFolder() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.mp4"), "x");
        Path link = Files.createSymbolicLink(allowed.resolve("link.mp4"), secret);
        assertThatThrownBy(() -> of(link.toUri().toString(), "")).hasMessageContaining("outside the allowed folders");
        assertThatThrownBy(() -> of("file:" + allowed + "/../secret.mp4", ""))
                .hasMessageContaining("outside the allowed folders");
    }

    @Test
    void opensAFileBelowAnAllowedFolder() throws Exception {
        Path file = Files.writeString(allowed.resolve("50% off.mp4"), "x");
        InputSpec source = of(file.toUri().toString(), "");
        assertThat(source.address).isEqualTo("file:" + file.toRealPath());
        assertThat(source.options).containsEntry("protocol_whitelist", "file");
        assertThat(source.options.get("format_whitelist")).doesNotContain("hls").doesNotContain("concat");
    }

    @Test
    void opensOnlyVideoDevicesAndOnlyWhenAllowed() {
        assertThatThrownBy(() -> of("v4l2:/dev/video0", "")).hasMessageContaining("segwatch.ingest.v4l2");
    }

    @Test
    void asksForUdpOnlyWhereTheCameraRefusesTcpAndNeverUnencrypted() throws Exception {
        assertThat(of("rtsp://10.0.0.1/a", "").options)
                .containsEntry("rtsp_transport", "tcp+udp")
                .containsEntry("rtsp_flags", "prefer_tcp");
        assertThat(of("rtsps://10.0.0.1/a", "").options).containsEntry("rtsp_transport", "tcp");
    }

    @Test
    void takesTheTransportAndTheOptionsThatAreSet() throws Exception {
        Camera camera = Camera.newBuilder()
                .setUrl("rtsp://10.0.0.1/a")
                .setStream(Camera.Stream.newBuilder()
                        .setTransport(Camera.Stream.Transport.UDP)
                        .putOptions("probesize", "500000"))
                .build();
        assertThat(InputSpec.of(camera, config, credentials).options)
                .containsEntry("rtsp_transport", "udp")
                .containsEntry("probesize", "500000");
    }

    @Test
    void namesNoPartOfAnAddressThatIsNotOne() {
        assertThatThrownBy(() -> of("rtsp://ann:pass word@10.0.0.1", ""))
                .hasMessageContaining("not valid")
                .hasMessageNotContaining("pass");
        assertThatThrownBy(() -> of("ftp://10.0.0.1/", "")).hasMessageContaining("must start with");
    }

    @Test
    void takesUserInfoOutOfWhatFfmpegSays() {
        assertThat(CameraUrl.redact("Opening 'rtsp://ann:s@cret@10.0.0.1/a' for reading"))
                .isEqualTo("Opening 'rtsp://***@10.0.0.1/a' for reading");
        assertThat(CameraUrl.redact("rtsp://10.0.0.1/a@b")).isEqualTo("rtsp://10.0.0.1/a@b");
    }
}
