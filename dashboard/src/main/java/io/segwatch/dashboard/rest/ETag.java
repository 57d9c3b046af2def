package io.segwatch.dashboard.rest;

import com.google.protobuf.Message;
import io.segwatch.dashboard.http.HttpProblem;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The entity tag of a definition (RFC 9110, section 8.8.3): equal for equal definitions, in any process and after a
 * restart.
 */
final class ETag {
    private static final int BYTES = 16;

    private ETag() {}

    /** In quotes, as it stands in the header {@code ETag} and in the JSON member {@code etag}. */
    static String of(Message definition) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(definition.toByteArray());
            return '"' + HexFormat.of().formatHex(digest, 0, BYTES) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Fails with a problem (412) when {@code definition} is not the one that the client has read.
     *
     * @param ifMatch of the request: tags with commas between them, or {@code *} for any; empty for no condition
     */
    static void check(String ifMatch, Message definition, String kind) {
        if (ifMatch.isEmpty() || ifMatch.strip().equals("*")) {
            return;
        }
        String current = of(definition);
        if (Arrays.stream(ifMatch.split(",")).map(String::strip).noneMatch(current::equals)) {
            throw HttpProblem.of(
                    412,
                    "If-Match",
                    "is not the " + kind + " as it is now: somebody has changed it since you read it; read it again,"
                            + " make your change in it, and send that");
        }
    }
}
