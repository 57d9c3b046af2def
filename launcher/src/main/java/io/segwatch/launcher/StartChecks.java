package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import io.segwatch.config.MemorySize;
import io.segwatch.dashboard.DashboardConfig;
import io.segwatch.dashboard.tls.TlsConfig;
import io.segwatch.delivery.DeliveryConfig;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.worker.InferenceConfig;
import io.segwatch.inference.worker.InferenceRole;
import io.segwatch.ingest.IngestConfig;
import io.segwatch.topology.TopologyConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tries what a process needs from its machine, without starting it. Not threadsafe. */
final class StartChecks {
    private interface Check {
        void run() throws Exception;
    }

    private final Configuration configuration;
    private final Set<Node.RoleName> roles;
    private final List<String> problems = new ArrayList<>();

    /** @param configuration without a value that cannot be read */
    StartChecks(Configuration configuration, Set<Node.RoleName> roles) {
        this.configuration = configuration;
        this.roles = roles;
    }

    /** A sentence for each thing that would not work, with its key; blocks for some seconds. */
    List<String> problems() {
        NodeConfig node = configuration.get(NodeConfig.class);
        boolean libraries = attempt(() -> NativeLibraries.prepare(node.dataDir()));
        port("segwatch.admin.port", node.admin().host(), node.admin().port());
        attempt(configuration.get(TlsConfig.class)::checkFiles);
        attempt(() -> RetentionPlan.of(configuration));
        attempt(() -> TopicSettings.of(node));
        node.kafka().clientFile().ifPresent(file -> readable("segwatch.kafka.client-file", file));
        if (roles.contains(Node.RoleName.BROKER)) {
            broker(node);
        } else {
            attempt(() -> node.connect().check());
        }
        if (roles.contains(Node.RoleName.TOPOLOGY)) {
            folder(
                    "segwatch.topology.state-dir",
                    configuration.get(TopologyConfig.class).stateDir());
        }
        if (roles.contains(Node.RoleName.INFERENCE) && libraries) {
            InferenceConfig inference = configuration.get(InferenceConfig.class);
            attempt(() -> SegmentationModel.load(inference.model(), InferenceRole.networks(inference))
                    .close());
        }
        if (roles.contains(Node.RoleName.DELIVERY)) {
            DeliveryConfig delivery = configuration.get(DeliveryConfig.class);
            ifThere("segwatch.delivery.secrets-file", delivery.secretsFile());
            attempt(delivery::checkCaFile);
        }
        if (roles.contains(Node.RoleName.DASHBOARD)) {
            DashboardConfig dashboard = configuration.get(DashboardConfig.class);
            port("segwatch.dashboard.port", dashboard.host(), dashboard.port());
        }
        if (roles.contains(Node.RoleName.INGEST)) {
            ifThere("segwatch.secrets-key-file", node.secretsKeyFile());
            ifThere("segwatch.credentials-file", node.credentialsFile());
            attempt(configuration.get(IngestConfig.class)::checkCaFile);
            configuration.get(IngestConfig.class).fileRoots().orElse(List.of()).forEach(root -> {
                if (!Files.isDirectory(root) || !Files.isReadable(root)) {
                    problems.add("segwatch.ingest.file-roots: " + root + " is no folder that can be read.");
                }
            });
        }
        return problems;
    }

    private void broker(NodeConfig node) {
        port(
                "segwatch.broker.port",
                InetAddress.getLoopbackAddress().getHostAddress(),
                node.broker().port());
        if (folder("segwatch.data-dir", node.dataDir())) {
            long free = node.dataDir().toFile().getUsableSpace();
            if (free < node.broker().minFree().bytes()) {
                problems.add("segwatch.data-dir: " + MemorySize.rounded(free) + " are free on the disk of "
                        + node.dataDir() + ", less than segwatch.broker.min-free = "
                        + node.broker().minFree() + ".");
            }
        }
    }

    private void port(String key, String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException e) {
            problems.add(key + ": port " + port + " of " + host + " cannot be used (" + e.getMessage()
                    + "). Stop what uses it, or name another; 0 takes any free one.");
        }
    }

    private boolean folder(String key, Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "segwatch", null));
            return true;
        } catch (IOException e) {
            problems.add(key + ": " + folder + " is no folder that can be written (" + e + ").");
            return false;
        }
    }

    private void readable(String key, Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            problems.add(key + ": " + file + " is no file that can be read.");
        }
    }

    /** A file that is made when it is first needed. */
    private void ifThere(String key, Path file) {
        if (Files.exists(file)) {
            readable(key, file);
        }
    }

    private boolean attempt(Check check) {
        try {
            check.run();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            problems.add(ErrorMessages.describe(e));
        }
        return false;
    }
}
