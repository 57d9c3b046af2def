package io.segwatch.launcher;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The definitions of a running Segwatch in one document. */
@Command(
        name = "export",
        description = {
            "Write the cameras, queries, rules and webhooks of a running Segwatch as one JSON document.",
            "Passwords of cameras and webhooks' signing secrets are not in it: nobody can read them. The addresses of"
                    + " webhooks are, also where one is a secret itself; a file is made for its owner alone."
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "Default: the standard output.")
    private Path file;

    @Override
    public Integer call() throws Exception {
        api.say("/api/exports");
        String document = DefinedNow.read(api).definitions().write();
        PrintWriter out = spec.commandLine().getOut();
        if (file == null) {
            out.print(document);
            out.flush();
            return CommandLine.ExitCode.OK;
        }
        Path target = file.toAbsolutePath();
        // Temporary files are their owner's alone. Whole or not at all: a backup may replace the last one.
        Path fresh = Files.createTempFile(target.getParent(), "export", ".new");
        Files.writeString(fresh, document);
        Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        out.println("Exported to " + file);
        return CommandLine.ExitCode.OK;
    }
}
