package io.segwatch.launcher;

import io.segwatch.failure.FatalErrors;
import io.segwatch.inference.segment.SegmentCommand;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code segwatch} command. */
@Command(
        name = "segwatch",
        description = "Streaming video analytics: text queries to live masks, areas and alerts.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            SegmentCommand.class,
            CameraCommand.class,
            QueryCommand.class,
            RuleCommand.class,
            WebhookCommand.class,
            BacktestCommand.class,
            CalibrationCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = "%nIn a checkout, `./segwatch score-alerts` measures how right the default rule's alerts are.")
public final class Segwatch implements Runnable {
    @Spec
    private CommandSpec spec;

    private Segwatch() {}

    /** Exits with 0, with 1 when the work failed, or with 2 when the command was not understood. */
    public static void main(String[] arguments) {
        System.exit(execute(commands(), arguments));
    }

    /**
     * Executes a command line as the work of this process: an Error in any of its threads ends it, and what libraries
     * log in other ways goes to the one log.
     *
     * @return the exit code
     */
    public static int execute(CommandLine commands, String... arguments) {
        System.setProperty("java.awt.headless", "true");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        FatalErrors.install();
        return commands.execute(arguments);
    }

    static CommandLine commands() {
        return commandLine(new Segwatch());
    }

    /** A command whose failures are printed in one line, with the stack trace where segwatch.stacktrace is true. */
    public static CommandLine commandLine(Object command) {
        IExecutionExceptionHandler printProblem = (failure, failed, parsed) -> {
            failed.getErr().println("segwatch: " + ErrorMessages.describe(failure));
            if (Boolean.getBoolean("segwatch.stacktrace")) {
                failure.printStackTrace(failed.getErr());
            }
            return CommandLine.ExitCode.SOFTWARE;
        };
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(printProblem);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Which command? `segwatch demo` is a good first one; `segwatch help` lists all.");
    }
}
