package io.segwatch.delivery;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which addresses may be posted to: public ones, and those that the configuration allows. Without it, whoever may
 * define a webhook could send requests to servers inside the network that Segwatch runs in. Threadsafe.
 */
final class EgressPolicy {
    /** IANA's special-purpose registries, and the prefixes that carry an IPv4 address inside. */
    private static final List<IpSubnetFilterRule> NOT_PUBLIC = Stream.of(
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
            .map(EgressPolicy::parseNetwork)
            .toList();

    /** A target that must not be posted to. */
    static final class Forbidden extends Exception {
        Forbidden(String message) {
            super(message, null, false, false);
        }
    }

    /** Finds the addresses of a host, as {@link InetAddress#getAllByName}. */
    interface Lookup {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private final List<IpSubnetFilterRule> allowed;
    private final Lookup lookup;

    EgressPolicy(List<String> allowed) {
        this(allowed, InetAddress::getAllByName);
    }

    EgressPolicy(List<String> allowed, Lookup lookup) {
        this.allowed = allowed.stream().map(EgressPolicy::parseNetwork).toList();
        this.lookup = lookup;
    }

    /**
     * A network from its text, as 192.168.1.0/24, fd00::/8 or 127.0.0.1 for a single address.
     *
     * @throws IllegalArgumentException for anything else, host names included: they are never looked up
     */
    static IpSubnetFilterRule parseNetwork(String text) {
        int slash = text.indexOf('/');
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        try {
            // IPv4 in IPv6 is IPv4 to InetAddress, here as in resolve().
            InetAddress network = InetAddress.getByAddress(address == null ? new byte[0] : address);
            int bits = slash < 0 ? network.getAddress().length * 8 : Integer.parseInt(text.substring(slash + 1));
            return new IpSubnetFilterRule(network, bits, IpFilterRuleType.ACCEPT);
        } catch (UnknownHostException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    text + " is no network; give for example 192.168.1.0/24, fd00::/8 or 127.0.0.1", e);
        }
    }

    /**
     * An address of {@code host} that may be posted to. The connection must be made to this address and not to the
     * name, which may resolve to another one a moment later. Blocks for as long as the lookup takes.
     */
    InetAddress resolve(String host) throws UnknownHostException, Forbidden {
        boolean literal = host.startsWith("[") && host.endsWith("]");
        InetAddress[] addresses =
                lookup.addresses(literal ? host.substring(1, host.length() - 1).replace("%25", "%") : host);
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
        InetSocketAddress remote = new InetSocketAddress(address, 0);
        return NOT_PUBLIC.stream().noneMatch(network -> network.matches(remote))
                || allowed.stream().anyMatch(network -> network.matches(remote));
    }
}
