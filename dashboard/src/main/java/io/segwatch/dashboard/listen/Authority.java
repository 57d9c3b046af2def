package io.segwatch.dashboard.listen;

import io.netty.util.NetUtil;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The host and port that a request is addressed to, as in its {@code Host} header.
 *
 * @param host in lower case, without the brackets of an IPv6 address; empty when the request names none
 * @param port -1 when it is not said
 */
public record Authority(String host, int port) {
    private static final int MAX_LENGTH = 300;
    private static final int NETWORK_BYTES = 8;
    private static final Authority NONE = new Authority("", -1);

    /** Reads {@code host}, {@code host:port}, {@code [address]} or {@code [address]:port}; nonsense has no host. */
    public static Authority parse(String text) {
        String known = text == null ? "" : text.strip().toLowerCase(Locale.ROOT);
        if (known.isEmpty() || known.length() > MAX_LENGTH || known.startsWith("[") && known.indexOf(']') < 0) {
            return NONE;
        }
        int end = known.startsWith("[") ? known.indexOf(']') + 1 : Math.max(known.indexOf(':'), 0);
        String host = end == 0 ? known : known.substring(0, end);
        String rest = known.substring(host.length());
        boolean bracketed = host.startsWith("[");
        if (!rest.isEmpty() && !rest.matches(":\\d{1,5}")) {
            return NONE;
        }
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        if (bracketed ? !NetUtil.isValidIpV6Address(bare) : !bare.matches("[a-z0-9._-]+")) {
            return NONE;
        }
        return new Authority(bare, rest.isEmpty() ? -1 : Integer.parseInt(rest.substring(1)));
    }

    /** Whether the host is an address rather than a name: no other site can have its pages call it by one. */
    public boolean isAddress() {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    /**
     * Whom a connection belongs to: its address, in which this machine is one however many addresses it has, and so is
     * a network of IPv6, whose machines choose theirs.
     */
    public static String ownerOf(SocketAddress remote) {
        return remote == null || remote.hostAddress() == null ? "" : ownerOf(remote.hostAddress());
    }

    /** @param address of a machine, as text, without brackets */
    public static String ownerOf(String address) {
        InetAddress known = NetUtil.createInetAddressFromIpAddressString(address);
        if (known == null || known.isLoopbackAddress()) {
            return known == null ? address : "loopback";
        }
        byte[] bytes = known.getAddress();
        return bytes.length == 4 ? known.getHostAddress() : HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES) + "::/64";
    }

    /** As in a {@code Host} header. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + (port < 0 ? "" : ":" + port);
    }
}
