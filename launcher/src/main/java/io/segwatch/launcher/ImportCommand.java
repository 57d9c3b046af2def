package io.segwatch.launcher;

import io.segwatch.config.Configuration;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Defines in a running Segwatch what a document holds. */
@Command(
        name = "import",
        description = {
            "Define in a running Segwatch what a document of `export` holds: what is not there is added, what is there"
                    + " and differs is replaced, and nothing is removed.",
            "All of the document is checked before anything is written; when a write fails, those before it are undone.",
            "Exit code: 0 when all is as the document says, 1 otherwise."
        },
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
    private static final long MAX_BYTES = 64L << 20;

    @Mixin
    private ApiClient api;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A document of `export`.")
    private Path file;

    @Option(names = "--dry-run", description = "Say what would be written, and write nothing.")
    private boolean dryRun;

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description = "Users and passwords of cameras: a copy of segwatch.credentials-file (NAME.user=,"
                    + " NAME.password=).")
    private Path credentials;

    @Option(
            names = "--secrets",
            paramLabel = "FILE",
            description = "Webhooks' secrets: a copy of segwatch.delivery.secrets-file (ID=whsec_...).")
    private Path secrets;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        DefinitionDocument document = DefinitionDocument.read(text());
        DefinedNow now = DefinedNow.read(api);
        document.checkReferences(now.definitions());
        if (!document.problems().isEmpty()) {
            document.problems().forEach(problem -> out.println(file + " " + problem));
            out.println("Nothing was written.");
            return CommandLine.ExitCode.SOFTWARE;
        }
        List<ImportStep> steps = ImportStep.plan(document, now, entries(credentials), entries(secrets));
        for (ImportStep step : steps) {
            out.println(step);
        }
        if (dryRun) {
            out.println("Nothing was written (--dry-run).");
            return CommandLine.ExitCode.OK;
        }
        new ImportRun(api, steps).run();
        long written = steps.stream().filter(ImportStep::writes).count();
        out.println(
                written == 0 ? "All of it was there already." : "Written: " + written + " of " + steps.size() + ".");
        return CommandLine.ExitCode.OK;
    }

    private String text() throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("There is no file " + file);
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is larger than " + (MAX_BYTES >> 20) + " MiB");
        }
        return Files.readString(file);
    }

    private static Map<String, String> entries(Path file) throws IOException {
        return file == null ? Map.of() : Configuration.read(file);
    }
}
