package io.segwatch.launcher;

import io.segwatch.v1.Erasure;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** `camera remove`: the camera alone, or with everything that was kept of it. */
@Command(name = "remove", description = "Remove the one with this id.", mixinStandardHelpOptions = true)
final class CameraRemoval implements Callable<Integer> {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());

    @ParentCommand
    private CameraCommand parent;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID")
    private String id;

    @Option(
            names = "--with-data",
            description =
                    "Also delete what was kept of it: frames, observations, areas, alerts and their evidence, states,"
                            + " baselines and calibrations; also of a camera that was removed before.")
    private boolean withData;

    @Option(names = "--no-wait", description = "Do not wait until what can be deleted at once is.")
    private boolean noWait;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (!withData) {
            parent.api().delete(parent.path() + "/" + id);
            out.println("Removed camera " + id);
            return CommandLine.ExitCode.OK;
        }
        Erasure asked = Erasure.newBuilder().setCamera(id).build();
        Erasure erasure = parent.api().post("/api/erasures", asked, Erasure.getDefaultInstance());
        out.println("Removed camera " + id + "; what was kept of it is shown no more, and is being deleted");
        if (!noWait) {
            tell(out, await(erasure));
        }
        return CommandLine.ExitCode.OK;
    }

    private Erasure await(Erasure asked) throws IOException, InterruptedException {
        Erasure now = asked;
        for (long until = System.nanoTime() + LONGEST_WAIT.toNanos();
                now.getFinishedAtMs() == 0 && System.nanoTime() < until; ) {
            Thread.sleep(EVERY.toMillis());
            now = ApiClient.read(parent.api().get("/api/erasures/" + id).toString(), Erasure.getDefaultInstance());
        }
        return now;
    }

    private static void tell(PrintWriter out, Erasure erasure) {
        if (erasure.getFinishedAtMs() == 0) {
            out.println("It is still under way; GET /api/erasures/" + erasure.getCamera() + " tells how far it is");
        }
        erasure.getTopicsList().forEach(topic -> {
            String reason = topic.getReason().isEmpty() ? "" : ". " + topic.getReason();
            out.printf(
                    "%-26s %s, off the disk %s%s%n",
                    topic.getTopic(), topic.getDeleted() ? "deleted" : "hidden", by(topic.getGoneByMs()), reason);
        });
        if (erasure.getFinishedAtMs() > 0) {
            out.println("Hidden now. Nothing of it is left on Kafka's disks " + by(erasure.getGoneByMs())
                    + "; what was deleted in part goes with the segments that other cameras share.");
        }
    }

    private static String by(long ms) {
        return ms == 0 ? "at a time that Kafka does not tell" : "by " + MINUTE.format(Instant.ofEpochMilli(ms));
    }
}
