/**
 * Observations to areas, alerts and calibrations, exactly once: Kafka Streams around
 * {@link io.segwatch.topology.camera}.
 *
 * <pre>
 * segwatch.observations -> ObservationProcessor -> segwatch.areas, .alerts, .calibrations, .dead-letter
 *                            CameraProcessor   one a camera, on the heap
 *                            CameraStore       its state, part by part; Kafka keeps a changelog of it
 *                            BeforeCommit      has what changed written to it, once a transaction
 *   StreamTopology           source, processor, store and sinks (drawn in TOPOLOGY.md)
 *   StreamSettings           how Kafka Streams runs them; GroupSettings what the broker decides
 *   BoundedRocksDb           memory of the store
 *   CurrentState             GET /topology/cameras/ID, from the store
 * segwatch.cameras, .queries, .rules, .baselines -> Table -> TopologyRole -> DefinitionSnapshot
 * </pre>
 *
 * {@link io.segwatch.topology.TopologyRole} is the door; {@link io.segwatch.topology.TopologyConfig} is how it is set.
 */
package io.segwatch.topology;
