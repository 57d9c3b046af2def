package io.segwatch.contracts;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Addresses of one alert's pictures and video that need no log-in until a moment: their parameters {@code expires},
 * seconds since 1970, and {@code signature}, the HMAC-SHA256 of the alert's id and that moment, in base64url.
 */
public final class SignedAddress {
    public static final int KEY_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MOST_DIGITS = 12;

    /** What an address is worth. */
    public enum Verdict {
        GOOD,
        /** Nobody signed it for this alert and moment. */
        WRONG,
        EXPIRED
    }

    private SignedAddress() {}

    /** Without a leading question mark. */
    public static String parameters(byte[] key, String alert, long expiresSeconds) {
        return "expires=" + expiresSeconds + "&signature=" + signature(key, alert, expiresSeconds);
    }

    /**
     * @param expires as the address has it; null when it has none
     * @param signature as the address has it
     */
    public static Verdict check(byte[] key, String alert, String expires, String signature, long nowSeconds) {
        if (expires == null || expires.length() > MOST_DIGITS || !expires.matches("[0-9]+")) {
            return Verdict.WRONG;
        }
        long moment = Long.parseLong(expires);
        byte[] expected = signature(key, alert, moment).getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8))) {
            return Verdict.WRONG;
        }
        return moment < nowSeconds ? Verdict.EXPIRED : Verdict.GOOD;
    }

    private static String signature(byte[] key, String alert, long expiresSeconds) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            byte[] signed = mac.doFinal(("alert\n" + alert + "\n" + expiresSeconds).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }
}
