package io.segwatch.dashboard.oidc;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;
import io.segwatch.tls.PeerTrust;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests to the provider: bounded in time and size, to nobody else, with its certificate verified. Blocks. */
final class ProviderHttp implements HTTPRequestSender, ResourceRetriever {
    private static final Duration TIMEOUT = Duration.ofSeconds(8);
    private static final int MAX_BODY = 1 << 20;

    private final HttpClient client;

    /** @throws IllegalArgumentException when the file cannot be used, naming key and remedy */
    ProviderHttp(Optional<Path> caFile) {
        PeerTrust trust;
        try {
            trust = PeerTrust.of(caFile);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("segwatch.dashboard.oidc.ca-file: " + e.getMessage() + ".", e);
        }
        this.client = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(trust.context())
                .build();
    }

    String get(URI address) throws IOException {
        HttpResponse<InputStream> answer = send(HttpRequest.newBuilder(address).header("Accept", "application/json"));
        String body = body(answer);
        if (answer.statusCode() != 200) {
            throw new IOException(address + " answers " + answer.statusCode());
        }
        return body;
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        return new Resource(get(URI.create(url.toString())), "application/json");
    }

    @Override
    public ReadOnlyHTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
        HttpRequest.Builder sent = HttpRequest.newBuilder(request.getURI())
                .method(
                        request.getMethod().name(),
                        request.getBody() == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(request.getBody()));
        for (Map.Entry<String, List<String>> header : request.getHeaderMap().entrySet()) {
            header.getValue().forEach(value -> sent.header(header.getKey(), value));
        }
        HttpResponse<InputStream> answer = send(sent);
        HTTPResponse read = new HTTPResponse(answer.statusCode());
        answer.headers().map().forEach((name, values) -> {
            if (!name.startsWith(":")) {
                read.setHeader(name, values.toArray(String[]::new));
            }
        });
        read.setBody(body(answer));
        return read;
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
    }

    private static String body(HttpResponse<InputStream> answer) throws IOException {
        try (InputStream in = answer.body()) {
            byte[] bytes = in.readNBytes(MAX_BODY + 1);
            if (bytes.length > MAX_BODY) {
                throw new IOException("the answer of " + answer.uri() + " is larger than " + MAX_BODY + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
