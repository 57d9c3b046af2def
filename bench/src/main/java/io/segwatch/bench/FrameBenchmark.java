package io.segwatch.bench;

import io.segwatch.inference.model.Encoding;
import io.segwatch.v1.Observation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A frame from the encoder's input to the observation, and its parts, by the number of queries. */
@State(Scope.Benchmark)
public class FrameBenchmark {
    @Param({"1", "50"})
    public int queries;

    private FramePath path;
    private Encoding encoding;

    @Setup
    public void load() {
        path = new FramePath(queries);
        encoding = path.encode();
    }

    @TearDown
    public void close() {
        path.close();
    }

    /** Encode, score, smooth, make masks, encode them. */
    @Benchmark
    public Observation frame() {
        return path.observe(path.encode());
    }

    @Benchmark
    public Encoding encode() {
        return path.encode();
    }

    /** What comes after the encoder. */
    @Benchmark
    public Observation observe() {
        return path.observe(encoding);
    }

    /** Without the messages that come out, to see that nothing else is allocated for a query. */
    @Benchmark
    public int masks() {
        return path.masks(encoding);
    }
}
