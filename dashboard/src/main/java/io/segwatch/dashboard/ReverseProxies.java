package io.segwatch.dashboard;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.segwatch.dashboard.listen.Authority;
import io.segwatch.dashboard.listen.Visitor;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the proxies in front of the dashboard say about a request: {@code Forwarded} (RFC 7239), or else
 * {@code X-Forwarded-For}, {@code -Proto}, {@code -Host}, {@code -Port} and {@code -Prefix}. Only the proxies that the
 * configuration names are believed, and of each header only what the last of them wrote: what stands before it may be a
 * visitor's own.
 */
final class ReverseProxies {
    private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,8}");
    private static final int MAX_PREFIX = 200;
    private static final int MAX_HOPS = 20;

    private final List<IpSubnetFilterRule> trusted;
    private final Optional<PublicUrl> publicUrl;

    ReverseProxies(List<String> trusted, Optional<PublicUrl> publicUrl) {
        this.trusted = trusted.stream().map(ReverseProxies::network).toList();
        this.publicUrl = publicUrl;
    }

    /**
     * A network such as 10.0.0.0/8 or fd00::/8, or one address.
     *
     * @throws IllegalArgumentException when the text is none
     */
    static IpSubnetFilterRule network(String text) {
        String[] parts = text.strip().split("/", 2);
        boolean four = NetUtil.isValidIpV4Address(parts[0]);
        if (!four && !NetUtil.isValidIpV6Address(parts[0])) {
            throw new IllegalArgumentException("segwatch.dashboard.trusted-proxies holds " + text
                    + ", which is no address or network such as 10.0.0.0/8");
        }
        int all = four ? 32 : 128;
        if (parts.length == 2 && !parts[1].matches("\\d{1,3}")
                || parts.length == 2 && Integer.parseInt(parts[1]) > all) {
            throw new IllegalArgumentException(
                    "segwatch.dashboard.trusted-proxies holds " + text + ", whose length is not 0 to " + all);
        }
        int length = parts.length == 2 ? Integer.parseInt(parts[1]) : all;
        return new IpSubnetFilterRule(parts[0], length, IpFilterRuleType.ACCEPT);
    }

    /** Whether {@code text} can be a path that the dashboard lies below; its own paths cannot. */
    static boolean isPrefix(String text) {
        return text.length() <= MAX_PREFIX && PREFIX.matcher(text).matches() && !text.matches("/(api|lib)(/.*)?");
    }

    boolean trusts(String address) {
        return NetUtil.createInetAddressFromIpAddressString(address) != null
                && trusted.stream().anyMatch(network -> network.matches(new InetSocketAddress(address, 0)));
    }

    /** Who sends this request; nobody is a person yet. */
    Visitor visitor(HttpServerRequest request) {
        String peer = request.connection().remoteAddress().hostAddress();
        Visitor visitor = visitor(peer, request.headers());
        // Of a proxy's connection here, nothing follows for the visitor's there.
        return request.isSSL() && !trusts(peer) ? visitor.overHttps() : visitor;
    }

    /** @param peer address of the connection's other end */
    Visitor visitor(String peer, MultiMap headers) {
        Authority called = Authority.parse(headers.get("Host"));
        String prefix = publicUrl.map(PublicUrl::prefix).orElse("");
        if (!trusts(peer)) {
            return new Visitor(peer, scheme(called), called, prefix, false);
        }
        List<String> forwarded = list(headers, "Forwarded");
        Visitor seen = forwarded.isEmpty() ? byXHeaders(headers, peer, called) : byForwarded(forwarded, peer, called);
        String given = last(headers, "X-Forwarded-Prefix").replaceAll("/+$", "");
        return new Visitor(seen.address(), seen.scheme(), seen.host(), isPrefix(given) ? given : prefix, false);
    }

    /** Without a word about it, https is what the public address says. */
    private String scheme(Authority host) {
        return publicUrl
                .filter(url -> url.authority().equals(host))
                .map(PublicUrl::scheme)
                .orElse("http");
    }

    private Visitor byXHeaders(MultiMap headers, String peer, Authority called) {
        Authority host = Authority.parse(last(headers, "X-Forwarded-Host"));
        String port = last(headers, "X-Forwarded-Port");
        if (host.host().isEmpty()) {
            host = called;
        } else if (host.port() < 0 && port.matches("\\d{1,5}")) {
            host = new Authority(host.host(), Integer.parseInt(port));
        }
        return new Visitor(
                client(list(headers, "X-Forwarded-For"), peer),
                proto(last(headers, "X-Forwarded-Proto"), host),
                host,
                "",
                false);
    }

    /** The first address, counted from the end, that is no proxy of ours. */
    private String client(List<String> hops, String peer) {
        String client = peer;
        for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - MAX_HOPS) && trusts(client); i--) {
            String before = address(hops.get(i));
            if (before.isEmpty()) {
                break;
            }
            client = before;
        }
        return client;
    }

    private Visitor byForwarded(List<String> hops, String peer, Authority called) {
        String client = peer;
        Authority host = called;
        String proto = "";
        for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - MAX_HOPS) && trusts(client); i--) {
            String hop = hops.get(i);
            Authority said = Authority.parse(parameter(hop, "host"));
            host = said.host().isEmpty() ? host : said;
            String saidProto = parameter(hop, "proto");
            proto = saidProto.isEmpty() ? proto : saidProto;
            String before = address(parameter(hop, "for"));
            if (before.isEmpty()) {
                break;
            }
            client = before;
        }
        return new Visitor(client, proto(proto, host), host, "", false);
    }

    private String proto(String said, Authority host) {
        String known = said.toLowerCase(Locale.ROOT);
        return known.equals("http") || known.equals("https") ? known : scheme(host);
    }

    /** {@code name=value} or {@code name="value"} of a hop in {@code Forwarded}; empty when it is not there. */
    private static String parameter(String hop, String name) {
        for (String pair : hop.split(";")) {
            String[] parts = pair.strip().split("=", 2);
            if (parts.length == 2 && parts[0].strip().equalsIgnoreCase(name)) {
                return parts[1].strip().replaceAll("^\"|\"$", "");
            }
        }
        return "";
    }

    /** Without port and brackets; empty when it is none, as {@code unknown} and {@code _hidden} are. */
    private static String address(String text) {
        String bare = text.strip();
        if (NetUtil.isValidIpV6Address(bare) && !bare.startsWith("[")) {
            return bare;
        }
        Authority authority = Authority.parse(bare);
        return authority.isAddress() ? authority.host() : "";
    }

    private static String last(MultiMap headers, String name) {
        List<String> all = list(headers, name);
        return all.isEmpty() ? "" : all.get(all.size() - 1);
    }

    /** Of all headers of this name, in order. */
    private static List<String> list(MultiMap headers, String name) {
        List<String> all = new ArrayList<>();
        headers.getAll(name).forEach(value -> {
            for (String one : value.split(",")) {
                all.add(one.strip());
            }
        });
        return all;
    }
}
