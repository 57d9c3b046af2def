package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import io.segwatch.dashboard.DashboardConfig;
import io.segwatch.dashboard.tls.TlsConfig;
import io.segwatch.delivery.DeliveryConfig;
import io.segwatch.inference.worker.InferenceConfig;
import io.segwatch.ingest.IngestConfig;
import io.segwatch.topology.TopologyConfig;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What a process would be started with, and all that would keep it from starting. */
@Command(
        name = "check-config",
        description = {
            "Show every key with its value and where that comes from, and all that is wrong at once.",
            "Tries files, folders, ports and the model too, as `run` with the same options would use them.",
            "Exit code: 0 when nothing is wrong, 1 otherwise."
        },
        mixinStandardHelpOptions = true)
final class CheckConfigCommand implements Callable<Integer> {
    /** In the order of the manual. */
    static final List<Class<?>> MAPPINGS = List.of(
            NodeConfig.class,
            IngestConfig.class,
            InferenceConfig.class,
            TopologyConfig.class,
            DeliveryConfig.class,
            DashboardConfig.class,
            TlsConfig.class);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ProcessOptions options;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Configuration configuration = options.inspect();
        for (Configuration.Setting setting : configuration.settings()) {
            out.printf("%s=%s  (%s)%n", setting.key(), setting.value(), setting.source());
        }
        List<String> problems = new ArrayList<>(configuration.problems(MAPPINGS));
        // What cannot be read cannot be tried either.
        if (problems.isEmpty()) {
            problems.addAll(new StartChecks(configuration, options.roles(configuration)).problems());
            tellDisk(out, configuration);
        }
        out.println();
        if (problems.isEmpty()) {
            out.println("Nothing is wrong.");
            return CommandLine.ExitCode.OK;
        }
        out.println(problems.size() == 1 ? "One thing is wrong:" : problems.size() + " things are wrong:");
        problems.forEach(problem -> out.println("- " + problem));
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** A disk that is smaller is no fault: it may never come to that. */
    private void tellDisk(PrintWriter out, Configuration configuration) {
        DiskBound bound;
        try {
            bound = DiskBound.planned(configuration);
        } catch (IllegalArgumentException e) {
            // One of the problems.
            return;
        }
        out.println();
        out.println(bound.text());
        if (options.roles(configuration).contains(Node.RoleName.BROKER)) {
            bound.shortage(configuration.get(NodeConfig.class).brokerFolder())
                    .ifPresent(shortage -> out.println("Note: " + shortage));
        }
    }
}
