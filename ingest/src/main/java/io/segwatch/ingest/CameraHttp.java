package io.segwatch.ingest;

import io.segwatch.contracts.AddressKind;
import io.segwatch.contracts.CameraUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;

/**
 * Fetches what a camera at an HTTP address serves: every connection, redirect, playlist, segment and key passes through
 * here. Only hosts that cameras may be at are connected to, and only the camera's own is told user and password. For
 * the thread of one camera.
 */
final class CameraHttp implements AutoCloseable {
    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_ADDRESS = 2_048;
    private static final int MAX_HEADER_LINE = 8_192;
    private static final int MAX_HEADERS = 100;

    private final InputSpec source;
    private final Deadline deadline;
    private final SignIn signIn;
    private final Playlist playlists;
    private final CloseableHttpClient client;
    /** What was checked, and the only addresses that are connected to. */
    private final Map<String, List<InetAddress>> checked = new ConcurrentHashMap<>();

    private AddressKind innermost = AddressKind.LOOPBACK;

    CameraHttp(InputSpec source, Deadline deadline) {
        this.source = source;
        this.deadline = deadline;
        this.playlists = new Playlist(source);
        this.signIn = source.login.map(SignIn::new).orElse(null);
        this.client = HttpClients.custom()
                .setConnectionManager(connections())
                .setUserAgent(source.userAgent())
                .disableRedirectHandling()
                .disableAuthCaching()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAutomaticRetries()
                .build();
    }

    private PoolingHttpClientConnectionManager connections() {
        SchemePortResolver ports = DefaultSchemePortResolver.INSTANCE;
        DnsResolver addresses = new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                return Optional.ofNullable(checked.get(host))
                        .orElseThrow(() -> new UnknownHostException(host))
                        .toArray(InetAddress[]::new);
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
        TlsSocketStrategy tls =
                (socket, host, port, attachment, context) -> source.tls.over((GuardedSocket) socket, host, port);
        var connections = new PoolingHttpClientConnectionManager(
                new DefaultHttpClientConnectionOperator(
                        proxy -> new GuardedSocket(deadline),
                        ports,
                        addresses,
                        RegistryBuilder.<TlsSocketStrategy>create()
                                .register("https", tls)
                                .build()),
                PoolConcurrencyPolicy.STRICT,
                PoolReusePolicy.LIFO,
                TimeValue.ofSeconds(30),
                ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxLineLength(MAX_HEADER_LINE)
                                .setMaxHeaderCount(MAX_HEADERS)
                                .build())
                        .build());
        connections.setDefaultMaxPerRoute(8);
        connections.setMaxTotal(8);
        return connections;
    }

    /**
     * Asks for what is at an address, following redirects.
     *
     * @param range value of the Range header, empty for none
     * @throws GrabException naming where the camera led when it led astray; the caller closes the body otherwise
     */
    HttpBody get(String address, String range) throws GrabException {
        String url = address;
        Set<String> seen = new HashSet<>();
        while (true) {
            CameraUrl target = parse(url, seen.isEmpty());
            allow(target);
            HttpAnswer answer = request(target, range);
            if (answer.status() < 300) {
                return body(answer, target, !url.equals(address));
            }
            answer.close();
            String next = location(answer, target);
            if (next == null) {
                throw refused(answer.status(), target);
            }
            seen.add(url);
            if (seen.contains(next) || seen.size() > MAX_REDIRECTS) {
                throw new GrabException(source + ": redirects in a circle, or more than " + MAX_REDIRECTS
                        + " times; the last one is to " + CameraUrl.redact(origin(next))
                        + ". Give the address at which the stream is.");
            }
            url = next;
        }
    }

    private HttpBody body(HttpAnswer answer, CameraUrl from, boolean moved) throws GrabException {
        try {
            return HttpBody.of(
                    answer, from.withoutLogin(), source.config.pictureBytes().bytes(), moved, playlists);
        } catch (IOException e) {
            throw ConnectionErrors.of(e, source, from);
        }
    }

    private void allow(CameraUrl target) throws GrabException {
        List<InetAddress> addresses = source.networks.checked(target, source, innermost);
        innermost = CameraNetworks.reached(addresses, innermost);
        checked.put(hostName(target), addresses);
    }

    private HttpAnswer request(CameraUrl target, String range) throws GrabException {
        HttpHost host = new HttpHost(target.scheme(), hostName(target), port(target));
        String path = path(target);
        boolean own = signIn != null && target.origin().equals(source.url.origin());
        try {
            while (true) {
                HttpUriRequestBase request = new HttpUriRequestBase("GET", URI.create("/"));
                request.setScheme(target.scheme());
                request.setAuthority(new URIAuthority(host));
                request.setPath(path);
                request.addHeader("Accept", "*/*");
                if (!range.isEmpty()) {
                    request.addHeader("Range", range);
                }
                if (own) {
                    signIn.header("GET", path).ifPresent(value -> request.addHeader("Authorization", value));
                }
                HttpAnswer answer = new HttpAnswer(request, client.executeOpen(host, request, null));
                if (answer.status() != 401 || !own || !signIn.challenged(answer.headers("WWW-Authenticate"))) {
                    return answer;
                }
                answer.close();
            }
        } catch (IOException e) {
            throw ConnectionErrors.of(e, source, target, deadline);
        }
    }

    private GrabException refused(int status, CameraUrl target) {
        boolean own = target.origin().equals(source.url.origin());
        String where = own ? "" : "led to " + target.origin() + ", where ";
        if (status == 401 && signIn != null && own) {
            return new GrabException(source + ": " + signIn.refusal(source.refused) + ".");
        } else if (status == 401 && !own) {
            return new GrabException(source + ": " + where + "user and password are asked for (401), which are told to"
                    + " no other host. Give that address for the camera.");
        }
        return FfmpegErrors.ofHttp(status, source, where);
    }

    private String location(HttpAnswer answer, CameraUrl from) throws GrabException {
        String location = answer.header("Location");
        if (location.isEmpty() || answer.status() >= 400) {
            return null;
        }
        try {
            URI next = from.uri().resolve(Playlist.legal(location));
            String text = CameraUrl.parse(new URI(next.getScheme() + ":" + next.getRawSchemeSpecificPart()).toString())
                    .withoutLogin();
            if (text.length() <= MAX_ADDRESS) {
                return text;
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            // Said below.
        }
        throw new GrabException(source + ": redirects to an address that cannot be read, or is longer than "
                + MAX_ADDRESS + " characters. Give the address at which the stream is.");
    }

    private CameraUrl parse(String url, boolean first) throws GrabException {
        try {
            CameraUrl parsed = CameraUrl.parse(url);
            if (parsed.scheme().startsWith("http") && url.length() <= 2 * MAX_ADDRESS) {
                return parsed;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new GrabException(source + ": " + (first ? "names" : "redirects to") + " " + origin(url)
                + ", which is no http or https address. Give the address at which the stream is.");
    }

    private static String origin(String url) {
        try {
            return CameraUrl.parse(url).origin();
        } catch (IllegalArgumentException e) {
            return url.replaceAll("[:/?#].*", "") + ":";
        }
    }

    private static String hostName(CameraUrl url) {
        return url.host().startsWith("[") ? url.host().substring(1, url.host().length() - 1) : url.host();
    }

    private static int port(CameraUrl url) {
        return url.port().orElse(url.scheme().equals("https") ? 443 : 80);
    }

    private static String path(CameraUrl url) {
        URI uri = url.uri();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /** Ends every connection at once. */
    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }
}
