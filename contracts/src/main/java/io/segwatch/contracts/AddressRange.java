package io.segwatch.contracts;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A range of IP addresses. IPv4 written as IPv6 (::ffff:10.0.0.1) is IPv4, as {@link InetAddress} has it. Immutable.
 */
public final class AddressRange {
    /** What is almost an address would be looked up as a name. */
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");

    private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9a-fA-F:.]{2,45}");

    private final byte[] prefix;
    private final int bits;

    private AddressRange(byte[] prefix, int bits) {
        this.prefix = prefix;
        this.bits = bits;
    }

    /**
     * A range from its text, as 192.168.1.0/24, fd00::/8 or 127.0.0.1 for a single address.
     *
     * @throws IllegalArgumentException for anything else, host names included: they are never looked up
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        try {
            if (!IPV4.matcher(literal).matches() && !IPV6.matcher(literal).matches()) {
                throw new IllegalArgumentException("no address");
            }
            byte[] address = InetAddress.getByName(literal).getAddress();
            int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > address.length * 8) {
                throw new IllegalArgumentException("no length of a prefix");
            }
            return new AddressRange(address, bits);
        } catch (UnknownHostException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    text + " is no network; give for example 192.168.1.0/24, fd00::/8 or 127.0.0.1", e);
        }
    }

    /** Whether the address lies in it; never one of the other version of IP. */
    public boolean contains(InetAddress address) {
        byte[] other = address.getAddress();
        if (other.length != prefix.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit += 8) {
            int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit));
            if (((prefix[bit / 8] ^ other[bit / 8]) & mask & 0xff) != 0) {
                return false;
            }
        }
        return true;
    }
}
