/**
 * What measures Segwatch and is no part of it; {@code bench/run} starts {@code Bench}.
 *
 * <ul>
 *   <li>{@code FrameBenchmark}, {@code MaskBenchmark}, {@code SharingBenchmark}: what one more query, viewer or zone
 *       costs, on the {@code FramePath} that the worker takes, with {@code Footage} of a street. {@code Figures} prints
 *       ratios.
 *   <li>{@code ScoreAlertsCommand}: how right the default rule's alerts are, see {@link io.segwatch.bench.alerts}.
 *   <li>{@code FeaturesCommand}: what the search finds in kept frames ({@code FeatureQuality}), and what keeping them
 *       costs ({@code FeatureCost}).
 *   <li>{@code ResultsCommand}: {@code RESULTS.md}, by the measures that it lists; {@link io.segwatch.bench.results}
 *       keeps their rows, {@link io.segwatch.bench.service} drives the whole service to its limit.
 *   <li>{@code EncoderCommand}: the encoder by ONNX Runtime and by OpenVINO.
 *   <li>{@link io.segwatch.bench.demo}: the demo, measured.
 *   <li>{@link io.segwatch.bench.faults}: what it survives.
 * </ul>
 */
package io.segwatch.bench;
