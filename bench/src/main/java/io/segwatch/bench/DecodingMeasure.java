package io.segwatch.bench;

import io.segwatch.bench.results.BenchMeasure;
import io.segwatch.ingest.DecodingCost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What is saved where a camera sends more pictures than are wanted. */
final class DecodingMeasure implements BenchMeasure {
    @Override
    public String name() {
        return "decoding";
    }

    @Override
    public String title() {
        return "Decoding only what is needed";
    }

    @Override
    public String method() {
        return "CPU of ingest for the demo's clip, where only the pictures are decoded that are needed for the published ones, over that"
                + " of decoding all. What can be left out is the codec's: pictures that no other refers to, or all between two key frames.";
    }

    @Override
    public List<Figure> run(Conditions conditions) throws IOException {
        DecodingCost cost = new DecodingCost(conditions.footage());
        List<Figure> figures = new ArrayList<>();
        for (double fps : new double[] {10, 1}) {
            DecodedShare share = DecodedShare.measure(cost, fps, conditions.quick() ? 1 : 5);
            figures.add(Figure.of(
                            share.video() + ", " + Math.round(fps) + " fps wanted, needed over all",
                            share.needed() / share.all(),
                            "")
                    .noted(Math.round(100 * share.decoded()) + " % of the pictures decoded"));
        }
        return figures;
    }
}
