package io.segwatch.topology;

import io.segwatch.kafka.Kafka;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the broker, not the client, decides for the group when it follows the streams protocol (KIP-1071). */
final class GroupSettings {
    private static final Logger log = LoggerFactory.getLogger(GroupSettings.class);
    static final String STANDBY_REPLICAS = "streams.num.standby.replicas";
    private static final long TIMEOUT_SECONDS = 10;

    private GroupSettings() {}

    /** Under this protocol the group's setting counts, and the client's own is ignored. */
    static void standbyReplicas(Kafka kafka, int replicas) throws InterruptedException {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, StreamSettings.APPLICATION_ID);
        ConfigEntry wanted = new ConfigEntry(STANDBY_REPLICAS, Integer.toString(replicas));
        try (Admin admin = Admin.create(kafka.clientProperties())) {
            admin.incrementalAlterConfigs(Map.of(group, List.of(new AlterConfigOp(wanted, AlterConfigOp.OpType.SET))))
                    .all()
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn(
                    "The group's {} could not be set to {}: {}. Areas and alerts go on; a process that takes over"
                            + " another's cameras may have to restore their state first. Allow AlterConfigs on the group, or"
                            + " set it with kafka-configs.sh --group {}.",
                    STANDBY_REPLICAS,
                    replicas,
                    e.getMessage(),
                    StreamSettings.APPLICATION_ID);
        }
    }
}
