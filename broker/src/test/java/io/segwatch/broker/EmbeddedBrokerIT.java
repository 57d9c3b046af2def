package io.segwatch.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.Reader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    @TempDir
    Path folder;

    @Test
    void keepsItsTopicsOverARestart() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, 0);
                Admin admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic("kept", 3, (short) 1)))
                    .all()
                    .get();
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, 0);
                Admin admin = admin(broker)) {
            assertThat(admin.listTopics().names().get()).contains("kept");
        }
    }

    @Test
    void saysWhichPortIsTakenAndWhichKeyNamesAnother() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedBroker.start(folder, taken.getLocalPort(), 0))
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()))
                    .hasMessageContaining("segwatch.broker.port");
        }
    }

    @Test
    void saysThatItsDiskIsTooFullAndLeavesTheFolderFree() throws Exception {
        assertThatThrownBy(() -> EmbeddedBroker.start(folder, 0, Long.MAX_VALUE))
                .hasMessageContaining("The embedded broker cannot start: only")
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("segwatch.broker.min-free")
                .hasMessageContaining("segwatch.data-dir");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, 1)) {
            assertThat(broker.shortage()).isEmpty();
        }
    }

    @Test
    void letsNobodyInWithoutThePasswordNeitherAtItsOwnPortNorAtTheControllers() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, 0)) {
            Map<String, String> doors = Map.of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "bootstrap.controllers",
                    "127.0.0.1:" + controllerPort(broker));
            doors.forEach((key, address) -> {
                assertThat(failure(Map.of(key, address))).isInstanceOf(TimeoutException.class);
                Map<String, String> guess = withPassword(broker, "0".repeat(64));
                guess.put(key, address);
                assertThat(failure(guess)).isInstanceOf(SaslAuthenticationException.class);
            });
        }
    }

    @Test
    void itsClientFileOpensItToProgramsOfTheSameUserAndKeepsThePassword() throws Exception {
        Path file = folder.resolve("client.properties");
        Properties first = new Properties();
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, 0);
                Reader reader = Files.newBufferedReader(file)) {
            first.load(reader);
            assertThat(first).containsEntry("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(first)) {
                assertThat(admin.listTopics().names().get()).isEmpty();
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0, 0)) {
            assertThat(broker.clientSettings())
                    .containsEntry("sasl.jaas.config", first.getProperty("sasl.jaas.config"));
        }
    }

    @Test
    void closesItsFolderToOtherUsersAlsoWhereAnEarlierVersionLeftItOpen() throws Exception {
        Path log = Files.createDirectories(folder.resolve("data/segwatch.frames-0"));
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(log.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        PrivateFolder.close(log.getParent());
        for (Path each : List.of(log, log.getParent())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo("rwx------");
        }
    }

    private static int controllerPort(EmbeddedBroker broker) throws Exception {
        try (Admin admin = admin(broker)) {
            var node = admin.describeMetadataQuorum().quorumInfo().get().nodes().get(1);
            return node.endpoints().get(0).port();
        }
    }

    private static Map<String, String> withPassword(EmbeddedBroker broker, String password) {
        Map<String, String> settings = new HashMap<>(broker.clientSettings());
        settings.replaceAll((key, value) -> value.replaceAll("password=\"[^\"]*", "password=\"" + password));
        return settings;
    }

    private static Throwable failure(Map<String, String> settings) {
        Map<String, Object> client = new HashMap<>(settings);
        client.put("request.timeout.ms", "3000");
        client.put("default.api.timeout.ms", "3000");
        try (Admin admin = Admin.create(client)) {
            return catchThrowable(() -> admin.describeCluster().nodes().get()).getCause();
        }
    }

    private static Admin admin(EmbeddedBroker broker) {
        Map<String, Object> settings = new HashMap<>(broker.clientSettings());
        settings.put("bootstrap.servers", broker.bootstrapServers());
        return Admin.create(settings);
    }
}
