package io.segwatch.topology;

import io.segwatch.topology.camera.CameraProcessor;
import java.nio.file.Path;
import java.util.Set;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Settings of the topology role; each key is {@code segwatch.topology.} and the name in lower case with dashes.
 *
 * @param stateDir folder of the state, which Kafka also keeps: may be lost, and then costs a restore
 * @param threads that process partitions, 1 to 64
 * @param commitIntervalMs time between transactions, milliseconds, 10 to 60,000: no alert is seen before its
 *     transaction ends
 * @param graceMs a window closes when event time is so far past its end, milliseconds, 0 to 600,000; what comes later
 *     is counted as late
 * @param silenceMs without an observation for so long, a camera's windows close by the wall clock, milliseconds, 1,000
 *     to 3,600,000
 * @param alertSilenceMs without an answer for so long in event time, an open alert closes, milliseconds, 1,000 to
 *     86,400,000
 * @param updateEveryMs an open alert tells of a new peak at most so often, milliseconds, 100 to 3,600,000
 * @param standbyReplicas copies of the state kept warm by other processes, 0 to 3
 * @param rocksdbCacheBytes block cache of all stores together, 1 MiB to 16 GiB
 * @param rocksdbWriteBufferBytes write buffers of all stores together, 1 MiB to 16 GiB, counted within the cache
 * @param driftSpanMs what queries show within so long is compared with their baselines, milliseconds, 60,000 to
 *     604,800,000 (a week)
 * @param calibrationsPerCamera zones times queries that are calibrated on a camera, 0 to 10,000 (about 30 kB each)
 * @param driftEnter distance from its baseline at which a query's drift alert opens, 0 to 1; 0 for no such alert
 * @param driftExit distance under which it closes, 0 to {@code driftEnter}
 * @param applicationServer host:port at which other processes reach this one's admin port, for what is open now
 * @param groupProtocol {@code streams} (KIP-1071: rebalances that do not stop the rest) or {@code classic}
 */
public record TopologyConfig(
        Path stateDir,
        int threads,
        int commitIntervalMs,
        int graceMs,
        int silenceMs,
        int alertSilenceMs,
        int updateEveryMs,
        int standbyReplicas,
        long rocksdbCacheBytes,
        long rocksdbWriteBufferBytes,
        long driftSpanMs,
        int calibrationsPerCamera,
        double driftEnter,
        double driftExit,
        String applicationServer,
        String groupProtocol) {

    private static final long MIB = 1 << 20;

    public TopologyConfig {
        if (stateDir == null) {
            throw new IllegalArgumentException("segwatch.topology.state-dir is missing; name a folder");
        }
        bound("threads", threads, 1, 64);
        bound("commit-interval-ms", commitIntervalMs, 10, 60_000);
        bound("grace-ms", graceMs, 0, 600_000);
        bound("silence-ms", silenceMs, 1_000, 3_600_000);
        bound("alert-silence-ms", alertSilenceMs, 1_000, 86_400_000);
        bound("update-every-ms", updateEveryMs, 100, 3_600_000);
        bound("standby-replicas", standbyReplicas, 0, 3);
        bound("rocksdb-cache-bytes", rocksdbCacheBytes, MIB, 16_384 * MIB);
        bound("rocksdb-write-buffer-bytes", rocksdbWriteBufferBytes, MIB, 16_384 * MIB);
        bound("drift-span-ms", driftSpanMs, 60_000, 604_800_000);
        bound("calibrations-per-camera", calibrationsPerCamera, 0, 10_000);
        if (!(driftEnter >= 0 && driftEnter <= 1 && driftExit >= 0 && driftExit <= driftEnter)) {
            throw new IllegalArgumentException(
                    "segwatch.topology.drift-enter must be 0..1 and segwatch.topology.drift-exit at most as much, not "
                            + driftEnter + " and " + driftExit);
        }
        if (!applicationServer.matches("[^:\\s]+:\\d{1,5}")) {
            throw new IllegalArgumentException(
                    "segwatch.topology.application-server must be host:port, not " + applicationServer);
        }
        if (!Set.of("streams", "classic").contains(groupProtocol)) {
            throw new IllegalArgumentException(
                    "segwatch.topology.group-protocol must be streams or classic, not " + groupProtocol);
        }
    }

    /** For one process beside everything else: little memory, alerts within a fifth of a second. */
    public static TopologyConfig defaults() {
        return new TopologyConfig(
                Path.of("data", "topology"),
                1,
                100,
                2_000,
                5_000,
                30_000,
                5_000,
                0,
                16 * MIB,
                8 * MIB,
                86_400_000,
                64,
                0.25,
                0.15,
                "127.0.0.1:9464",
                "streams");
    }

    public TopologyConfig withStateDir(Path folder) {
        return with(folder, applicationServer);
    }

    TopologyConfig withApplicationServer(String address) {
        return with(stateDir, address);
    }

    private TopologyConfig with(Path folder, String address) {
        return new TopologyConfig(
                folder,
                threads,
                commitIntervalMs,
                graceMs,
                silenceMs,
                alertSilenceMs,
                updateEveryMs,
                standbyReplicas,
                rocksdbCacheBytes,
                rocksdbWriteBufferBytes,
                driftSpanMs,
                calibrationsPerCamera,
                driftEnter,
                driftExit,
                address,
                groupProtocol);
    }

    /** Where other processes reach this one. */
    HostInfo self() {
        return HostInfo.buildFromEndpoint(applicationServer);
    }

    /** Of each camera, live and in a backtest. */
    public CameraProcessor.Options options() {
        return new CameraProcessor.Options(
                graceMs,
                silenceMs,
                alertSilenceMs,
                updateEveryMs,
                driftSpanMs,
                calibrationsPerCamera,
                driftEnter,
                driftExit);
    }

    private static void bound(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "segwatch.topology." + key + " must be " + least + ".." + most + ", not " + value);
        }
    }
}
