package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs nginx with the recipe of docs/securing.md. */
class NginxIT extends RunningDashboard {
    private static final Path NGINX = Path.of("/usr/sbin/nginx");

    @Test
    void theRecipeOfTheDocumentationWorks() throws Exception {
        assumeTrue(
                Files.isExecutable(NGINX), "Skipped: there is no " + NGINX + "; install Debian's package nginx-light");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String base = "http://localhost:" + port + "/segwatch";
        try (DashboardRole other = startOther(config("public-url", base, "trusted-proxies", "127.0.0.1"))) {
            Process nginx = start(port, other.port());
            try {
                await().ignoreExceptions().until(() -> get(base + "/").statusCode() == 200);
                proxied(base, port);
            } finally {
                nginx.destroy();
                nginx.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    private static void proxied(String base, int port) throws Exception {
        assertThat(get(base + "/").body()).contains("<base href=\"/segwatch/\">");
        assertThat(get(base).headers().firstValue("Location")).contains(base + "/");
        HttpRequest post = HttpRequest.newBuilder(URI.create(base + "/api/queries"))
                .header("Origin", "http://localhost:" + port)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"text\":\"through nginx\"}"))
                .build();
        HttpResponse<String> created = http.send(post, BodyHandlers.ofString());
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.headers().firstValue("Location").orElseThrow()).startsWith("/segwatch/api/queries/");
        WebSocket socket = http.newWebSocketBuilder()
                .header("Origin", "http://localhost:" + port)
                .buildAsync(URI.create(base.replace("http:", "ws:") + "/api/live"), new WebSocket.Listener() {})
                .get(10, TimeUnit.SECONDS);
        socket.abort();
        HttpResponse<InputStream> events = http.send(
                HttpRequest.newBuilder(URI.create(base + "/api/events")).build(), BodyHandlers.ofInputStream());
        sendFact(
                Topic.ALERTS,
                "any",
                Alert.newBuilder()
                        .setId("held-back")
                        .setCamera("any")
                        .setState(Alert.State.OPEN)
                        .build());
        StringBuilder read = new StringBuilder();
        await().until(() -> {
            while (events.body().available() > 0) {
                read.append((char) events.body().read());
            }
            return read.indexOf("held-back") > 0;
        });
        events.body().close();
    }

    private static Process start(int port, int dashboard) throws Exception {
        String manual = Files.readString(Path.of("../docs/securing.md"));
        int at = manual.indexOf("```nginx\n") + "```nginx\n".length();
        String recipe = manual.substring(at, manual.indexOf("```", at))
                .replace("listen 443 ssl;", "listen 127.0.0.1:" + port + ";")
                .replace("cameras.example", "localhost")
                .replace("127.0.0.1:8844", "127.0.0.1:" + dashboard);
        Path home = Files.createDirectories(folder.resolve("nginx"));
        String temp = "";
        for (String kind : new String[] {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
            temp += kind + "_temp_path " + home.resolve(kind) + ";\n";
        }
        Path file = Files.writeString(
                home.resolve("nginx.conf"),
                "daemon off;\nmaster_process off;\npid " + home.resolve("pid") + ";\nerror_log stderr;\nevents {}\n"
                        + "http {\naccess_log off;\n" + temp + recipe + "}\n");
        return new ProcessBuilder(NGINX.toString(), "-p", home.toString(), "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile())
                .start();
    }

    private static HttpResponse<String> get(String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }
}
