package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** With what a process is started: its configuration and its roles. A picocli mixin. */
final class ProcessOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties over the defaults; see segwatch.properties.")
    private Path config;

    @Option(
            names = "--roles",
            split = ",",
            description =
                    "Of ${COMPLETION-CANDIDATES}. Default: all, and a broker unless segwatch.kafka.bootstrap-servers"
                            + " names one.")
    private List<Node.RoleName> roles;

    Configuration load() throws IOException {
        return Configuration.load(config, Map.of());
    }

    /** As {@link Configuration#inspect}. */
    Configuration inspect() throws IOException {
        return Configuration.inspect(config, Map.of());
    }

    Set<Node.RoleName> roles(Configuration configuration) {
        if (roles != null) {
            return EnumSet.copyOf(roles);
        }
        Set<Node.RoleName> all = EnumSet.allOf(Node.RoleName.class);
        if (configuration.get(NodeConfig.class).kafka().bootstrapServers().isPresent()) {
            all.remove(Node.RoleName.BROKER);
        }
        return all;
    }
}
