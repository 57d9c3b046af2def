package io.segwatch.bench;

import io.segwatch.ingest.DecodingCost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * CPU of a camera that sends more than is wanted of it, where all pictures are decoded and where only the needed ones
 * are.
 *
 * @param video codec and size
 * @param all per cent of a core, watched as it happens
 * @param needed likewise
 * @param decoded pictures that were decoded, of all, 0..1
 */
record DecodedShare(String video, double all, double needed, double decoded) {
    /** In turn, medians. @param fps that are published */
    static DecodedShare measure(DecodingCost cost, double fps, int rounds) throws IOException {
        cost.pass(fps, false);
        List<DecodingCost.Pass> all = new ArrayList<>();
        List<DecodingCost.Pass> needed = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            all.add(cost.pass(fps, false));
            needed.add(cost.pass(fps, true));
        }
        DecodingCost.Pass first = all.get(0);
        return new DecodedShare(
                first.codec() + " " + first.width() + "x" + first.height(),
                median(all),
                median(needed),
                (double) needed.get(0).decoded() / first.decoded());
    }

    private static double median(List<DecodingCost.Pass> passes) {
        return passes.stream()
                .mapToDouble(pass -> pass.cpuMs() / (10 * pass.seconds()))
                .sorted()
                .skip(passes.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
