package io.segwatch.delivery;

import io.segwatch.secrets.Secrets;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The signatures of the Standard Webhooks specification 1.0: HMAC-SHA256 over id, time and body. */
final class Signature {
    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    /**
     * The header's value: a signature for each secret, separated by spaces; a receiver takes the event when it knows
     * any.
     *
     * @param timestamp seconds since 1970, as in the header
     */
    static String of(List<Secrets.Secret> secrets, String id, long timestamp, byte[] body) {
        return secrets.stream().map(secret -> of(secret, id, timestamp, body)).collect(Collectors.joining(" "));
    }

    private static String of(Secrets.Secret secret, String id, long timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.key(), ALGORITHM));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
