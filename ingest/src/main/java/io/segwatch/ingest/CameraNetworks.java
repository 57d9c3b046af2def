package io.segwatch.ingest;

import io.segwatch.contracts.AddressKind;
import io.segwatch.contracts.AddressRange;
import io.segwatch.contracts.CameraUrl;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which addresses cameras may be at. Whoever may name a camera, and whoever runs one, could otherwise send requests to
 * servers inside the network that Segwatch runs in.
 */
final class CameraNetworks {
    private static final Set<AddressKind> WORDS =
            EnumSet.of(AddressKind.PUBLIC, AddressKind.PRIVATE, AddressKind.LOOPBACK);

    private final Set<AddressKind> kinds = EnumSet.noneOf(AddressKind.class);
    private final List<AddressRange> ranges;

    /**
     * @param entries public, private, loopback, and ranges as 192.168.1.0/24
     * @throws IllegalArgumentException naming the entry that is none of these
     */
    CameraNetworks(List<String> entries) {
        ranges = entries.stream()
                .filter(entry -> !addKind(entry))
                .map(AddressRange::parse)
                .toList();
    }

    private boolean addKind(String entry) {
        return WORDS.stream()
                .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(entry))
                .peek(kinds::add)
                .findAny()
                .isPresent();
    }

    /**
     * The addresses of a host that may be connected to. The connection must be made to one of them and not to the name,
     * which may resolve to another one a moment later. Blocks for as long as the lookup takes.
     *
     * @param innermost where the camera that leads there is at most: no server may lead further inside than itself;
     *     {@link AddressKind#LOOPBACK} for the address that a person named
     * @throws GrabException when none may
     */
    private List<InetAddress> resolve(String host, AddressKind innermost) throws GrabException, UnknownHostException {
        boolean literal = host.startsWith("[") && host.endsWith("]");
        InetAddress[] addresses = InetAddress.getAllByName(
                literal ? host.substring(1, host.length() - 1).replace("%25", "%") : host);
        List<InetAddress> allowed = Stream.of(addresses)
                .filter(address -> allows(address, innermost))
                .toList();
        if (allowed.isEmpty()) {
            String found =
                    Arrays.stream(addresses).map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
            throw new GrabException(host + (host.equals(found) ? "" : " (" + found + ")")
                    + " is an address where no camera may be. Where that is meant, add it to"
                    + " segwatch.ingest.networks.");
        }
        return allowed;
    }

    /**
     * The same for an address of a camera, or one that it leads to.
     *
     * @throws GrabException a sentence for the camera's status
     */
    List<InetAddress> checked(CameraUrl target, InputSpec source, AddressKind innermost) throws GrabException {
        try {
            return resolve(target.host(), innermost);
        } catch (UnknownHostException e) {
            throw new GrabException(
                    source + ": the host " + target.host() + " is not known. Check the address and the name server.",
                    GrabException.Retry.SOON);
        } catch (GrabException e) {
            boolean own = target.origin().equals(source.url.origin());
            throw new GrabException(
                    source + ": " + (own ? "" : "leads to " + target.origin() + ", and ") + e.getMessage());
        }
    }

    /** How far inside a server at one of these addresses may lead at most. */
    static AddressKind reached(List<InetAddress> addresses, AddressKind innermost) {
        AddressKind kind = addresses.stream()
                .map(AddressKind::of)
                .max(AddressKind::compareTo)
                .orElseThrow();
        AddressKind reached = kind == AddressKind.SPECIAL ? AddressKind.PRIVATE : kind;
        return reached.compareTo(innermost) < 0 ? reached : innermost;
    }

    private boolean allows(InetAddress address, AddressKind innermost) {
        AddressKind kind = AddressKind.of(address);
        return kinds.contains(kind) && kind.compareTo(innermost) <= 0
                || ranges.stream().anyMatch(range -> range.contains(address));
    }
}
