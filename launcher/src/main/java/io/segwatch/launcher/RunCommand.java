package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import io.segwatch.launcher.log.ProcessOutput;
import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the service until it is stopped: everything in this process, or some roles of it. */
@Command(
        name = "run",
        description = "Run Segwatch: every role in this process, or those named.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ProcessOptions options;

    @Override
    public Integer call() throws Exception {
        ProcessOutput.begin(spec.commandLine());
        PrintWriter out = spec.commandLine().getOut();
        Configuration configuration = options.load();
        Set<Node.RoleName> names = options.roles(configuration);
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
}
