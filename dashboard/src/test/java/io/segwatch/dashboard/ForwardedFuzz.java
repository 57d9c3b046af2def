package io.segwatch.dashboard;

import io.segwatch.dashboard.listen.Visitor;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What a proxy says of a visitor: a header a line. */
public final class ForwardedFuzz {
    private static final ReverseProxies PROXIES =
            new ReverseProxies(List.of("127.0.0.0/8", "10.0.0.0/8"), Optional.empty());

    private ForwardedFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (String line : new String(data, StandardCharsets.UTF_8).split("\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.add(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        Visitor visitor = PROXIES.visitor("127.0.0.1", headers);
        if (!visitor.scheme().matches("https?")
                || !visitor.prefix().isEmpty() && !ReverseProxies.isPrefix(visitor.prefix())) {
            throw new AssertionError("a visitor of " + visitor);
        }
        visitor.owner();
        Visitor stranger = PROXIES.visitor("192.0.2.1", headers);
        if (!stranger.address().equals("192.0.2.1") || !stranger.prefix().isEmpty() || stranger.isSecure()) {
            throw new AssertionError("a stranger is believed: " + stranger);
        }
    }
}
