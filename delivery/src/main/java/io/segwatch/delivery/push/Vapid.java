package io.segwatch.delivery.push;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.segwatch.secrets.Secrets;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;

/** Says to push services who sends (RFC 8292). Threadsafe, blocks. */
final class Vapid {
    /** Services accept at most a day. */
    private static final Duration VALID = Duration.ofHours(12);

    private final Secrets secrets;
    private final Optional<String> contact;

    Vapid(Secrets secrets, Optional<String> contact) {
        this.secrets = secrets;
        this.contact = contact;
    }

    /**
     * The header Authorization for the service at {@code endpoint}.
     *
     * @throws IOException when there is no key pair, or it cannot be read; without it
     */
    String authorization(URI endpoint) throws IOException {
        ECKey key = key();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .audience(origin(endpoint))
                .expirationTime(Date.from(Instant.now().plus(VALID)));
        contact.ifPresent(claims::subject);
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims.build());
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IOException("The key pair of push messages cannot sign", e);
        }
        return "vapid t=" + token.serialize() + ", k=" + publicKey(key);
    }

    static String origin(URI endpoint) {
        return endpoint.getScheme() + "://" + endpoint.getRawAuthority();
    }

    private ECKey key() throws IOException {
        String text = secrets.pushKey()
                .orElseThrow(() -> new IOException("There is no key pair for push messages that this process can read;"
                        + " the dashboard makes it when somebody first asks to be told"));
        try {
            return ECKey.parse(text);
        } catch (ParseException e) {
            // The message may hold the key.
            throw new IOException("What is kept as the key pair of push messages is none");
        }
    }

    private static String publicKey(ECKey key) {
        byte[] x = key.getX().decode();
        byte[] y = key.getY().decode();
        byte[] point = new byte[1 + x.length + y.length];
        point[0] = 4;
        System.arraycopy(x, 0, point, 1, x.length);
        System.arraycopy(y, 0, point, 1 + x.length, y.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(point);
    }
}
