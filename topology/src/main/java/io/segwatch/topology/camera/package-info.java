/**
 * One camera in event time: without Kafka, without threads and, unless the camera is silent, without the wall clock.
 *
 * <pre>
 * Observation -> CameraProcessor -> Area, Alert, Calibration
 *   Measurement                     numbers of a frame
 *     MaskRuns -> Zones             share of each zone (ZoneWeights, Raster)
 *   EventClock -> Windows           1 s, 10 s, 1 min, 1 h (Window, Frames)
 *   Calibrator -> CalibrationSeries a query in a zone: recent span, baseline, drift, hours
 *     Digest, MergedDigest, Distribution, Drift, HourlyBaseline
 *   RulePlan -> RuleEngine          a RuleStateMachine a rule; QuietRules, which of them a frame moves
 *     CompiledRule                  a rule compiled for the camera: CompiledCondition, ArmedSchedule, Signal
 *     KOfN                          k of the last n frames
 *   CameraProcessor.StateWriter     its state, part by part: io.segwatch.topology.state
 *     StateFormat, StateVersion1    its version, and the way from an older one
 * DefinitionSnapshot -> CameraProcessor.update
 *
 * BacktestRun                       the same rules over a record, with RecordedBaseline as Baseline
 * </pre>
 *
 * A new measure of a rule is a {@link io.segwatch.v1.Rule.Measure}: RulePlan places its signal, Measurement fills it,
 * CompiledRule words it.
 */
package io.segwatch.topology.camera;
