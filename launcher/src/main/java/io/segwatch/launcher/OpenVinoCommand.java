package io.segwatch.launcher;

import io.segwatch.inference.openvino.OpenVino;
import io.segwatch.inference.openvino.OpenVinoException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code segwatch openvino}. */
@Command(
        name = "openvino",
        description = "Fetches OpenVINO's library with pip (59 MB, once), which makes the encoder faster on many CPUs.",
        footer = "%nA service that starts afterwards takes it where it is faster (segwatch.inference.provider=auto).",
        mixinStandardHelpOptions = true)
final class OpenVinoCommand implements Callable<Integer> {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "A new folder for it, to be named in segwatch.inference.openvino. Default: the user's cache.")
    private Path folder;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Path target = (folder == null ? OpenVino.defaultFolder() : folder)
                .toAbsolutePath()
                .normalize();
        try {
            if (!OpenVino.isIn(target)) {
                out.println("Fetching OpenVINO " + OpenVino.VERSION + " (59 MB) with pip");
                out.flush();
                OpenVinoFetch.into(target);
            }
            try (OpenVino loaded = OpenVino.load(target)) {
                String bfloat16 = loaded.computesBfloat16()
                        ? "This CPU computes in bfloat16, which it then does."
                        : "This CPU does not compute in bfloat16.";
                out.println("OpenVINO " + loaded.version() + " is in " + target + ". " + bfloat16);
            }
            return ExitCode.OK;
        } catch (IOException | OpenVinoException e) {
            spec.commandLine().getErr().println("segwatch: " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }
}
