package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the service until it is stopped: everything in this process, or some roles of it. */
@Command(
        name = "run",
        description = "Run Segwatch: every role in this process, or those named.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

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

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Configuration configuration = Configuration.load(config, Map.of());
        Set<Node.RoleName> names = names(configuration);
        try (Node node = Node.start(configuration, names, out::println)) {
            if (names.contains(Node.RoleName.DASHBOARD)) {
                out.println("Page: " + node.pageUrl());
            }
            out.println("Metrics: port " + node.adminPort() + "; stop with Ctrl-C");
            out.flush();
            CountDownLatch stop = new CountDownLatch(1);
            Shutdown.onSignal(stop::countDown);
            stop.await();
            out.println("Stopping");
            out.flush();
        }
        Shutdown.done();
        return CommandLine.ExitCode.OK;
    }

    private Set<Node.RoleName> names(Configuration configuration) {
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
