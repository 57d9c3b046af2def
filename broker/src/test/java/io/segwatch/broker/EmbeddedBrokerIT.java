package io.segwatch.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
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

    private static Admin admin(EmbeddedBroker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }
}
