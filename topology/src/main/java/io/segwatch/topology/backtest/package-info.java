/**
 * A rule over a camera's recorded observations.
 *
 * <pre>
 * BacktestRequest -> Backtest -> KafkaHistory   definitions and observations that Kafka still has
 *                             -> BacktestRun    in io.segwatch.topology.camera: the live code
 *                             -> BacktestReport
 *                             -> CoarseFrames   what frames of the feature log cannot tell
 * </pre>
 */
package io.segwatch.topology.backtest;
