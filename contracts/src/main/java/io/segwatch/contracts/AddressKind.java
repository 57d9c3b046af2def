package io.segwatch.contracts;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/** Where an IP address lies, from the outside to the inside: what it may be used for is decided elsewhere. */
public enum AddressKind {
    /** Reached over the internet. */
    PUBLIC,
    /** A network of one's own: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fc00::/7. */
    PRIVATE,
    /** This machine. */
    LOOPBACK,
    /**
     * Everything else of IANA's special-purpose registries, link-local addresses and the metadata services of clouds
     * among them, and prefixes that carry an IPv4 address inside.
     */
    SPECIAL;

    private static final List<AddressRange> OF_THIS_MACHINE = ranges("127.0.0.0/8", "::1");

    /** They lie in public and private ranges, and hand out passwords. */
    private static final List<AddressRange> METADATA =
            ranges("100.100.100.200", "168.63.129.16", "fd00:ec2::/32", "fd20:ce::/32");

    private static final List<AddressRange> OF_ONES_OWN =
            ranges("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7");

    private static final List<AddressRange> NOT_PUBLIC = ranges(
            "0.0.0.0/8",
            "169.254.0.0/16",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
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
            "fe80::/10",
            "fec0::/10",
            "ff00::/8");

    private static List<AddressRange> ranges(String... texts) {
        return Stream.of(texts).map(AddressRange::parse).toList();
    }

    public static AddressKind of(InetAddress address) {
        if (anyHolds(OF_THIS_MACHINE, address)) {
            return LOOPBACK;
        } else if (anyHolds(METADATA, address) || anyHolds(NOT_PUBLIC, address)) {
            return SPECIAL;
        }
        return anyHolds(OF_ONES_OWN, address) ? PRIVATE : PUBLIC;
    }

    private static boolean anyHolds(List<AddressRange> ranges, InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }
}
