package io.segwatch.delivery;

import io.segwatch.contracts.AddressKind;
import io.segwatch.contracts.AddressRange;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which addresses may be posted to: public ones, and those that the configuration allows. Without it, whoever may
 * define a webhook could send requests to servers inside the network that Segwatch runs in. Threadsafe.
 */
final class EgressPolicy {
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

    private final List<AddressRange> allowed;
    private final Lookup lookup;

    EgressPolicy(List<String> allowed) {
        this(allowed, InetAddress::getAllByName);
    }

    EgressPolicy(List<String> allowed, Lookup lookup) {
        this.allowed = allowed.stream().map(AddressRange::parse).toList();
        this.lookup = lookup;
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
        return AddressKind.of(address) == AddressKind.PUBLIC
                || allowed.stream().anyMatch(range -> range.contains(address));
    }
}
