package io.segwatch.launcher;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;

/**
 * Asks whether the process on this machine is ready, for containers without a shell: {@code java -cp '/app/libs/*'
 * io.segwatch.launcher.HealthCheck [URL]}. Exits with 0 when it is, else with 1. Without the command's other classes,
 * since it runs every few seconds.
 */
final class HealthCheck {
    private static final int TIMEOUT_MS = 5_000;

    private HealthCheck() {}

    /** @param arguments the address to ask, or none for {@code /ready} on {@code $SEGWATCH_ADMIN_PORT} or 9464 */
    public static void main(String[] arguments) {
        String port = System.getenv().getOrDefault("SEGWATCH_ADMIN_PORT", "9464");
        String address = arguments.length > 0 ? arguments[0] : "http://127.0.0.1:" + port + "/ready";
        try {
            int status = status(URI.create(address).toURL());
            System.out.println(address + " answers " + status);
            System.exit(status == 200 ? 0 : 1);
        } catch (IOException | IllegalArgumentException e) {
            System.out.println(address + " does not answer: " + e.getMessage());
            System.exit(1);
        }
    }

    private static int status(URL address) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.openConnection();
        connection.setConnectTimeout(TIMEOUT_MS);
        connection.setReadTimeout(TIMEOUT_MS);
        return connection.getResponseCode();
    }
}
