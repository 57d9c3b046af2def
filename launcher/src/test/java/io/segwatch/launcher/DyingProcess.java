package io.segwatch.launcher;

import io.vertx.core.Vertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.KafkaThread;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** A command whose work ends with an Error in the place that is named, and that would wait for ever otherwise. */
@Command(name = "dying")
final class DyingProcess implements Runnable {
    @Parameters(index = "0")
    private String where;

    @Parameters(index = "1")
    private String what;

    public static void main(String[] arguments) {
        System.exit(Segwatch.execute(new CommandLine(new DyingProcess()), arguments));
    }

    @Override
    public void run() {
        switch (where) {
            case "main" -> fail();
            case "thread" -> new Thread(this::fail).start();
            case "pool" -> Executors.newFixedThreadPool(1).execute(this::fail);
            case "vertx" -> Vertx.vertx().runOnContext(nothing -> fail());
            case "vertx-timer" -> Vertx.vertx().setTimer(1, id -> fail());
            case "kafka" -> KafkaThread.daemon("kafka-network", this::fail).start();
            case "schedule" ->
                Executors.newScheduledThreadPool(1)
                        .schedule(io.segwatch.failure.FatalErrors.guarded(this::fail), 1, TimeUnit.MILLISECONDS);
            default -> throw new IllegalArgumentException(where);
        }
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail() {
        switch (what) {
            case "stack" -> fail();
            case "link" -> System.load("/dev/null");
            case "heap" -> throw new OutOfMemoryError("Java heap space");
            case "direct" -> throw new OutOfMemoryError("Cannot reserve 1 bytes of direct buffer memory");
            case "wrapped" -> throw new IllegalStateException("The role failed", new OutOfMemoryError("native thread"));
            default -> throw new AssertionError(what);
        }
    }
}
