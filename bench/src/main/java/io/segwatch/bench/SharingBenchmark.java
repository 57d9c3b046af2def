package io.segwatch.bench;

import io.segwatch.inference.model.DecodedMask;
import io.segwatch.inference.model.Encoding;
import io.segwatch.v1.Observation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** One encoding for all queries and viewers against one for each. */
@State(Scope.Benchmark)
public class SharingBenchmark {
    static final int QUERIES = 8;

    private FramePath path;
    private Encoding encoding;

    @Setup
    public void load() {
        path = new FramePath(QUERIES);
        encoding = path.encode();
    }

    @TearDown
    public void close() {
        path.close();
    }

    @Benchmark
    public Observation encodedOnce() {
        return path.observe(path.encode());
    }

    /** One click; all of them are answered from the encoding of their frame. */
    @Benchmark
    public DecodedMask prompt() {
        return path.prompt(encoding);
    }

    @Benchmark
    public void encodedForEach(Blackhole answers) {
        for (int q = 0; q < QUERIES; q++) {
            answers.consume(path.observeAlone(q));
        }
    }
}
