package io.segwatch.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which addresses may be posted to: public ones, and those that the configuration allows. Else whoever may define a
 * webhook could have Segwatch knock at doors inside its network. Threadsafe.
 */
final class Targets {
    /** No public addresses (IANA's special-purpose registries), and those that carry an IPv4 address inside. */
    private static final List<Network> NOT_PUBLIC = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3",
                    "::/96",
                    "64:ff9b::/96",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "3fff::/20",
                    "5f00::/16",
                    "fc00::/7",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8")
            .map(Network::parse)
            .toList();

    /** A target that must not be posted to. */
    static final class Forbidden extends Exception {
        Forbidden(String message) {
            super(message, null, false, false);
        }
    }

    private final List<Network> allowed;

    Targets(List<String> allowed) {
        this.allowed = allowed.stream().map(Network::parse).toList();
    }

    /**
     * An address of {@code host} that may be posted to; the connection must be made to it, not to the name, which may
     * mean another address a moment later. Blocks for as long as the lookup takes.
     */
    InetAddress resolve(String host) throws UnknownHostException, Forbidden {
        boolean literal = host.startsWith("[") && host.endsWith("]");
        InetAddress[] addresses = InetAddress.getAllByName(literal ? host.substring(1, host.length() - 1) : host);
        for (InetAddress address : addresses) {
            if (allows(address)) {
                return address;
            }
        }
        throw new Forbidden("leads to "
                + Arrays.stream(addresses).map(InetAddress::getHostAddress).collect(Collectors.joining(", "))
                + ", which is no public address. Where that is meant, add it to segwatch.delivery.private-targets.");
    }

    private boolean allows(InetAddress address) {
        return NOT_PUBLIC.stream().noneMatch(network -> network.contains(address))
                || allowed.stream().anyMatch(network -> network.contains(address));
    }
}
