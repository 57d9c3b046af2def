/**
 * Questions to what was kept, which one role answers and another asks:
 *
 * <pre>
 * Backtester        a rule on recorded observations
 * Searcher          words that nobody had typed yet, in the feature log
 * PastObservations  what such words would have seen, for the backtest of a query that never ran
 * </pre>
 */
package io.segwatch.past;
