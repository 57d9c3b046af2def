package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckConfigTest {
    @TempDir
    Path folder;

    private final StringWriter said = new StringWriter();

    @Test
    void showsEveryKeyWithItsSourceAndNoSecret() throws IOException {
        String token = "a-token-that-nobody-sees";
        assertThat(check("segwatch.dashboard.token=" + token + "\n", "broker,dashboard,ingest"))
                .as(said.toString())
                .isZero();
        assertThat(said.toString())
                .contains("segwatch.dashboard.token=***  (" + folder.resolve("own.properties") + ")")
                .contains("segwatch.ingest.target-fps=10  (default)")
                .contains("segwatch.credentials-file=" + folder.resolve("data/credentials.properties") + "  (default)")
                .contains("Nothing is wrong.")
                .doesNotContain(token);
    }

    @Test
    void tellsAllThatIsWrongWithTheValuesAtOnce() throws IOException {
        assertThat(check(
                        "segwatch.ingest.target-fsp=5\nsegwatch.topology.grace=11m\nsegwatch.dashboard.port=x\n"
                                + "segwatch.retention.alerts.time=1h\nsegwatch.retention.frames.size=1MiB\n",
                        "ingest"))
                .isEqualTo(1);
        assertThat(said.toString())
                .contains("4 things are wrong")
                .contains("segwatch.ingest.target-fsp (is segwatch.ingest.target-fps meant?)")
                .contains("segwatch.topology.grace must be 0s..10m, not 11m")
                .contains("segwatch.dashboard.port cannot be x")
                .contains("segwatch.retention.frames.size must be 32MiB..64TiB, not 1MiB");
    }

    @Test
    void tellsWhatAllTopicsMayComeToAndThatADiskIsTooSmallForThem() throws IOException {
        assertThat(check("segwatch.retention.disk=6GiB\n", "broker")).isZero();
        assertThat(said.toString())
                .contains("What Kafka keeps may come to 6.0 GiB: ")
                .doesNotContain("Note: ");
        said.getBuffer().setLength(0);
        assertThat(check("segwatch.retention.disk=900TiB\n", "broker")).isZero();
        assertThat(said.toString()).contains("Note: Topics may come to 900.0 TiB, and the disk of");
        said.getBuffer().setLength(0);
        assertThat(check("segwatch.retention.disk=1GiB\n", "broker")).isEqualTo(1);
        assertThat(said.toString()).contains("- segwatch.retention.disk is 1GiB; ");
    }

    @Test
    void refusesToKeepAlertsForLessThanTheirDeliveryTakes() throws IOException {
        assertThat(check("segwatch.retention.alerts.time=1h\n", "ingest")).isEqualTo(1);
        assertThat(said.toString()).contains("segwatch.retention.alerts.time is 1h; it must be 2h or more");
    }

    @Test
    void triesPortsFilesFoldersAndTheModel() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(check(
                            "segwatch.dashboard.port=" + taken.getLocalPort() + "\nsegwatch.topology.state-dir=" + file
                                    + "/state\nsegwatch.inference.model=" + folder
                                    + "/none\nsegwatch.ingest.file-roots="
                                    + folder + "/missing\nsegwatch.delivery.ca-file=" + file + "\n",
                            "broker,topology,inference,delivery,dashboard,ingest"))
                    .isEqualTo(1);
            assertThat(said.toString())
                    .contains("segwatch.dashboard.port: port " + taken.getLocalPort() + " of 127.0.0.1 cannot be used")
                    .contains("segwatch.topology.state-dir: " + file + "/state is no folder that can be written")
                    .contains(folder + "/none is no model directory")
                    .contains("segwatch.ingest.file-roots: " + folder + "/missing is no folder that can be read")
                    .contains("segwatch.delivery.ca-file: " + file)
                    .contains("5 things are wrong");
        }
    }

    private int check(String properties, String roles) throws IOException {
        Path file = folder.resolve("own.properties");
        Files.writeString(
                file,
                "segwatch.data-dir=" + folder.resolve("data") + "\nsegwatch.admin.port=0\nsegwatch.broker.min-free=0B\n"
                        + (properties.contains("dashboard.port") ? "" : "segwatch.dashboard.port=0\n")
                        + (roles.contains("broker") ? "" : "segwatch.kafka.bootstrap-servers=127.0.0.1:1\n")
                        + properties);
        PrintWriter writer = new PrintWriter(said, true);
        return Segwatch.commands()
                .setOut(writer)
                .setErr(writer)
                .execute("check-config", "--config", file.toString(), "--roles", roles);
    }
}
