package io.segwatch.dashboard;

import io.segwatch.kafka.Kafka;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The role as the main class of a process. Arguments: client file of the broker, folder. */
final class DashboardProcess {
    private DashboardProcess() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        Path folder = Path.of(args[1]);
        DashboardRole.start(
                Kafka.local(Path.of(args[0]), 4),
                RunningDashboard.config(),
                Optional.empty(),
                new Credentials(folder.resolve("killed")),
                new Secrets(folder.resolve("killed-secrets")),
                RunningDashboard.countsFrames,
                Optional.empty(),
                RunningDashboard.WEBHOOK_TESTS,
                RunningDashboard.CAMERA_TESTS);
        new CountDownLatch(1).await();
    }
}
