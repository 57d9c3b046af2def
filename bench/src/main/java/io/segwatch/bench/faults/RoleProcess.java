package io.segwatch.bench.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process of Segwatch that runs one role. */
final class RoleProcess extends ServerProcess {
    static final Duration STARTS_WITHIN = Duration.ofMinutes(15);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);
    private static final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWERS_WITHIN).build();

    private final int adminPort;

    /**
     * @param config file of its settings
     * @param java options of its JVM
     */
    RoleProcess(String role, Path config, Path log, List<String> java) throws IOException {
        this(role, config, log, java, Ports.free());
    }

    private RoleProcess(String role, Path config, Path log, List<String> java, int adminPort) {
        super(
                role,
                log,
                command(role, config, java),
                Map.of("SEGWATCH_ADMIN_PORT", Integer.toString(adminPort), "SEGWATCH_LOG", "text"));
        this.adminPort = adminPort;
    }

    private static List<String> command(String role, Path config, List<String> java) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(java);
        command.addAll(List.of(
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-Dsegwatch.home=" + Path.of("").toAbsolutePath(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.segwatch.launcher.Segwatch",
                "run",
                "--roles",
                role,
                "--config",
                config.toString()));
        return command;
    }

    /** Starts it unless it runs, and waits until it can do its work. */
    void start() throws IOException, InterruptedException {
        launch();
        Waiting.until("the " + name + " is ready", STARTS_WITHIN, () -> {
            if (!isAlive()) {
                throw new IllegalStateException("The " + name + " ended before it was ready:\n" + tail());
            }
            return isReady();
        });
    }

    boolean isReady() {
        return answer("/ready").startsWith("200 ");
    }

    /** Status and body of a path on its admin port; empty when nothing answers. */
    String answer(String path) {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                            .timeout(ANSWERS_WITHIN)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
