package io.segwatch.past;

import io.segwatch.v1.BacktestReport;
import io.segwatch.v1.BacktestRequest;

/** Tries a rule on recorded observations. Threadsafe. */
public interface Backtester {
    /**
     * Runs the rule over the observations of the span; blocks for as long as it takes, about a second for an hour of
     * one camera.
     *
     * @throws IllegalArgumentException when the request is out of bounds, with the field and the remedy
     */
    BacktestReport run(BacktestRequest request);
}
