package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import io.segwatch.failure.FatalErrors;
import io.segwatch.inference.segment.SegmentCommand;
import io.segwatch.launcher.log.ProcessOutput;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
            CheckConfigCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            SegmentCommand.class,
            OpenVinoCommand.class,
            CameraCommand.class,
            QueryCommand.class,
            RuleCommand.class,
            WebhookCommand.class,
            UserCommand.class,
            TokenCommand.class,
            SessionCommand.class,
            LoginCommand.class,
            LoginCommand.Logout.class,
            BacktestCommand.class,
            SearchCommand.class,
            CalibrationCommand.class,
            AuditCommand.class,
            StorageCommand.class,
            AckCommand.class,
            MuteCommand.class,
            ModelCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = "%nIn a checkout, `./segwatch score-alerts` measures how right the default rule's alerts are.")
public final class Segwatch implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Segwatch.class);

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
        System.setProperty("org.bytedeco.javacpp.logger", "slf4j");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        FatalErrors.install();
        for (String argument : arguments) {
            // Java reads each byte that the locale does not know as this letter.
            if (argument.indexOf('\uFFFD') >= 0 && !"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
                commands.getErr()
                        .println("segwatch: " + argument + " has letters that this process's locale cannot read ("
                                + System.getProperty("sun.jnu.encoding") + "). Set LC_ALL=C.UTF-8.");
                return CommandLine.ExitCode.USAGE;
            }
        }
        return commands.execute(arguments);
    }

    static CommandLine commands() {
        CommandLine commands = commandLine(new Segwatch());
        // A node prepares them where its data lies; segment has no data of its own.
        return commands.setExecutionStrategy(parsed -> {
            if (parsed.hasSubcommand() && parsed.subcommand().commandSpec().userObject() instanceof SegmentCommand) {
                prepareLibraries(parsed.commandSpec().commandLine());
            }
            return new CommandLine.RunLast().execute(parsed);
        });
    }

    private static void prepareLibraries(CommandLine commands) {
        try {
            Path dataDir = Path.of(System.getenv().getOrDefault("SEGWATCH_DATA_DIR", "data"));
            NativeLibraries.prepare(Configuration.home().resolve(dataDir));
        } catch (IOException e) {
            throw new CommandLine.ExecutionException(commands, e.getMessage(), e);
        }
    }

    /** A command whose failures are printed in one line, with the stack trace where segwatch.stacktrace is true. */
    public static CommandLine commandLine(Object command) {
        IExecutionExceptionHandler printProblem = (failure, failed, parsed) -> {
            if (failed.getCommand() instanceof RunCommand && ProcessOutput.isLogged()) {
                log.error("Segwatch ends: {}", ErrorMessages.describe(failure), failure);
                return CommandLine.ExitCode.SOFTWARE;
            }
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
