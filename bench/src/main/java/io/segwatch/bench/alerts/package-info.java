/**
 * How right the default rule's alerts are, over simulated scenes whose truth is known to the pixel.
 *
 * <pre>
 * SceneProfile -> SimulatedScene -> Observation -> CameraProcessor -> Alert
 *                 GroundTruth  -----------------------------------> MatchCounts -> AlertScore
 * </pre>
 */
package io.segwatch.bench.alerts;
