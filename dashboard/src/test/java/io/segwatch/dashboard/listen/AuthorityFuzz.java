package io.segwatch.dashboard.listen;

import java.nio.charset.StandardCharsets;

/** {@code Host} headers, and addresses of connections. */
public final class AuthorityFuzz {
    private AuthorityFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        Authority authority = Authority.parse(text);
        if (!authority.host().isEmpty()
                && !Authority.parse(authority.toString()).equals(authority)) {
            throw new AssertionError(authority + " is another when it is read again");
        }
        authority.isAddress();
        Authority.ownerOf(text);
    }
}
