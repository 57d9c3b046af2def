package io.segwatch.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A block of addresses, as 192.168.0.0/16.
 *
 * @param prefix its first address, 4 or 16 bytes
 * @param bits that all its addresses share
 */
record Network(byte[] prefix, int bits) {

    /** Throws {@link IllegalArgumentException} when {@code text} is no address, or none with a length. */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        // Letters that are no hexadecimal digits would make it a name, to be looked up.
        if (!address.matches("[0-9a-fA-F:.]+") || !address.matches(".*[.:].*")) {
            throw wrong(text);
        }
        try {
            byte[] prefix = InetAddress.getByName(address).getAddress();
            int bits = slash < 0 ? prefix.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > prefix.length * 8) {
                throw wrong(text);
            }
            return new Network(prefix, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                text + " is no network; give for example 192.168.1.0/24, fd00::/8 or 127.0.0.1");
    }

    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != prefix.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((bytes[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
