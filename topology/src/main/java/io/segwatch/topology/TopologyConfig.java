package io.segwatch.topology;

import io.segwatch.config.Allowed;
import io.segwatch.config.Configuration;
import io.segwatch.config.MemorySize;
import io.segwatch.topology.camera.CameraProcessor;
import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.state.HostInfo;

/** Configuration of the topology role; {@code segwatch.properties} says what each key means and gives its default. */
@ConfigMapping(prefix = "segwatch.topology")
public interface TopologyConfig extends Configuration.Checked {
    Path stateDir();

    @Allowed(min = "1", max = "64")
    int threads();

    @Allowed(min = "10ms", max = "1m")
    Duration commitInterval();

    @Allowed(min = "0s", max = "10m")
    Duration grace();

    @Allowed(min = "1s", max = "1h")
    Duration maxLag();

    @Allowed(min = "1s", max = "1h")
    Duration silence();

    @Allowed(min = "1s", max = "1d")
    Duration alertSilence();

    @Allowed(min = "100ms", max = "1h")
    Duration updateInterval();

    @Allowed(min = "0", max = "3")
    int standbyReplicas();

    @Allowed(min = "1MiB", max = "16GiB")
    MemorySize rocksdbCache();

    @Allowed(min = "1MiB", max = "16GiB")
    MemorySize rocksdbWriteBuffer();

    @Allowed(min = "1m", max = "7d")
    Duration driftSpan();

    @Allowed(min = "0", max = "10000")
    int calibrationsPerCamera();

    @Allowed(min = "0", max = "1")
    double driftEnter();

    @Allowed(min = "0", max = "1")
    double driftExit();

    String applicationServer();

    @Allowed(values = {"streams", "classic"})
    String groupProtocol();

    Optional<List<String>> cloudevents();

    @Allowed(min = "1s", max = "1h")
    Duration cloudeventsWindow();

    @Allowed(min = "0", max = "100000")
    int shareSeries();

    @Override
    default void check() {
        EventKinds.of(this);
        if (driftExit() > driftEnter()) {
            throw new IllegalArgumentException("segwatch.topology.drift-exit must be drift-enter (" + driftEnter()
                    + ") or less, not " + driftExit());
        }
        if (!applicationServer().matches("[^:\\s]+:\\d{1,5}")) {
            throw new IllegalArgumentException(
                    "segwatch.topology.application-server must be host:port, not " + applicationServer());
        }
    }

    /** Where other processes reach this one. */
    default HostInfo self() {
        return HostInfo.buildFromEndpoint(applicationServer());
    }

    /** Options of each camera, live and in a backtest. */
    default CameraProcessor.Options options() {
        return new CameraProcessor.Options(
                grace().toMillis(),
                silence().toMillis(),
                alertSilence().toMillis(),
                updateInterval().toMillis(),
                driftSpan().toMillis(),
                calibrationsPerCamera(),
                driftEnter(),
                driftExit());
    }
}
