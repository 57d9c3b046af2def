package io.segwatch.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * The least time and the median bytes of each benchmark over all rounds, and the ratios that are of interest. The
 * least, because what else the machine does can only add to it.
 */
final class Figures {
    /** What 50 queries may add to the time of a frame with one. */
    private static final double MOST_FOR_QUERIES = 0.15;

    private record Cost(double micros, double bytes) {}

    private final Map<String, List<Cost>> rounds = new HashMap<>();

    void add(Collection<RunResult> results) {
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark().replaceAll(".*\\.bench\\.", "");
            String queries = result.getParams().getParam("queries");
            Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
            rounds.computeIfAbsent(queries == null ? name : name + " " + queries, any -> new ArrayList<>())
                    .add(new Cost(
                            result.getPrimaryResult().getStatistics().getMin(),
                            bytes == null ? Double.NaN : bytes.getScore()));
        }
    }

    boolean holds() {
        return queriesCost() <= MOST_FOR_QUERIES;
    }

    void print(PrintWriter out) {
        double frame = micros("FrameBenchmark.frame 1");
        out.println();
        line(out, "a frame with 50 queries costs", 1 + queriesCost(), "x a frame with 1 (bound: 1.15)");
        line(
                out,
                "what 49 more queries add after the encoder",
                (micros("FrameBenchmark.observe 50") - micros("FrameBenchmark.observe 1")) / frame,
                "of a frame with 1 (bound: 0.15)");
        line(out, "bytes allocated for it, 1 query", bytes("FrameBenchmark.frame 1"), "bytes");
        line(out, "bytes allocated for it, 50 queries", bytes("FrameBenchmark.frame 50"), "bytes");
        line(out, "of these before its messages, 1 query", bytes("FrameBenchmark.masks 1"), "bytes");
        line(out, "of these before its messages, 50 queries", bytes("FrameBenchmark.masks 50"), "bytes");
        line(out, "the encoder's part of a frame with 1", micros("FrameBenchmark.encode 1") / frame, "of the frame");
        line(out, "all after the encoder, 1 query", micros("FrameBenchmark.observe 1") / frame, "of the frame");
        line(out, "all after the encoder, 50 queries", micros("FrameBenchmark.observe 50") / frame, "of the frame");
        line(out, "RLE of 50 masks", micros("MaskBenchmark.encodeRle") / frame, "of a frame with 1 query");
        line(out, "reading the RLE of 50 masks", micros("MaskBenchmark.decodeRle") / frame, "of a frame with 1 query");
        line(
                out,
                "areas of 50 masks in " + MaskBenchmark.ZONES + " zones",
                micros("MaskBenchmark.zoneAreas") / frame,
                "of a frame with 1 query");
        line(
                out,
                SharingBenchmark.QUERIES + " queries or viewers, an encoding for each",
                micros("SharingBenchmark.encodedForEach") / micros("SharingBenchmark.encodedOnce"),
                "x one encoding for all");
        out.flush();
    }

    private double queriesCost() {
        return micros("FrameBenchmark.frame 50") / micros("FrameBenchmark.frame 1") - 1;
    }

    /** The least time of all rounds. */
    double micros(String name) {
        return rounds.get(name).stream().mapToDouble(Cost::micros).min().orElseThrow();
    }

    private double bytes(String name) {
        double[] bytes =
                rounds.get(name).stream().mapToDouble(Cost::bytes).sorted().toArray();
        return bytes[bytes.length / 2];
    }

    private static void line(PrintWriter out, String what, double figure, String unit) {
        String number = figure >= 100
                ? String.format(Locale.ROOT, "%,.0f", figure)
                : String.format(Locale.ROOT, figure < 0.1 ? "%.4f" : "%.3f", figure);
        out.printf("%-48s %10s %s%n", what, number, unit);
    }
}
