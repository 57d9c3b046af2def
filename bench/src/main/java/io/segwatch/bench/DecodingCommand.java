package io.segwatch.bench;

import io.segwatch.ingest.DecodingCost;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what a camera costs ingest that sends more than is wanted of it. */
@Command(
        name = "decoding",
        description = "CPU of a video at some rates, where only the needed pictures are decoded, beside all of them; in"
                + " turn, medians.",
        mixinStandardHelpOptions = true)
final class DecodingCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--clip", split = ",", paramLabel = "FILE", required = true, description = "Videos.")
    private List<Path> clips;

    @Option(
            names = "--fps",
            split = ",",
            defaultValue = "10,1",
            description = "Frames a second that are published (${DEFAULT-VALUE}).")
    private List<Double> rates;

    @Option(names = "--rounds", defaultValue = "3", description = "${DEFAULT-VALUE}.")
    private int rounds;

    @Override
    public Integer call() throws IOException {
        if (rounds < 1 || rounds > 100 || rates.stream().anyMatch(fps -> fps < 0.1 || fps > 60)) {
            throw new ParameterException(spec.commandLine(), "--rounds must be 1..100, --fps 0.1..60");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("| video | wanted fps | CPU, % of a core: all | needed | ratio | decoded of all |");
        out.println("|---|---|---|---|---|---|");
        for (Path clip : clips) {
            if (!Files.isReadable(clip)) {
                throw new ParameterException(spec.commandLine(), clip + " cannot be read");
            }
            measure(new DecodingCost(clip), clip.getFileName().toString(), out);
        }
        return 0;
    }

    private void measure(DecodingCost cost, String name, PrintWriter out) throws IOException {
        for (double fps : rates) {
            DecodedShare share = DecodedShare.measure(cost, fps, rounds);
            out.printf(
                    Locale.ROOT,
                    "| %s, %s | %s | %.1f | %.1f | %.2f | %.2f |%n",
                    name,
                    share.video(),
                    fps,
                    share.all(),
                    share.needed(),
                    share.needed() / share.all(),
                    share.decoded());
            out.flush();
        }
    }
}
