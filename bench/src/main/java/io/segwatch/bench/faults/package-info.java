/**
 * What Segwatch survives, measured: {@code bench/faults} starts every role as a process of its own ({@code Deployment},
 * {@code RoleProcess}), brings about each {@code Fault}, and counts the alerts of a {@code ScriptedCamera} in the topic
 * ({@code TopicWatch}) and at a {@code Receiver} ({@code AlertCount}).
 *
 * <ul>
 *   <li>{@code CameraFaults}, {@code LinkFaults} (through a {@code FaultyLink}): a {@code CameraServer} and its
 *       network.
 *   <li>{@code ProcessFaults}, {@code DiskFault}, {@code ConsumerFaults}: Segwatch's own processes, and who reads it.
 *   <li>{@code SoakCommand}: memory and fairness over an hour or more ({@code SoakRecord}).
 *   <li>{@code ReliabilityTable}: the table of docs/reliability.md.
 * </ul>
 */
package io.segwatch.bench.faults;
