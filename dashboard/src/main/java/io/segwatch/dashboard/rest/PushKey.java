package io.segwatch.dashboard.rest;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.utils.ECChecks;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.segwatch.secrets.Secrets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.math.BigInteger;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The key pair by which push services know this installation (VAPID, RFC 8292). It is made when it is first asked for;
 * another one would cut off all browsers that have subscribed. Threadsafe.
 */
final class PushKey {
    private static final int COORDINATE_BYTES = 32;

    private final Secrets secrets;
    private final WorkerExecutor thread;

    PushKey(Vertx vertx, Secrets secrets) {
        this.secrets = secrets;
        this.thread = vertx.createSharedWorkerExecutor("dashboard-push-key", 1);
    }

    /** The public key as browsers take it: an uncompressed point in base64url. */
    Future<String> publicKey() {
        return thread.executeBlocking(this::readOrMake);
    }

    private String readOrMake() throws IOException, JOSEException, ParseException {
        Optional<String> kept = secrets.pushKey();
        if (kept.isPresent()) {
            return point(ECKey.parse(kept.get()));
        }
        ECKey made = new ECKeyGenerator(Curve.P_256).generate();
        secrets.putPushKey(made.toJSONString());
        return point(made);
    }

    private static String point(ECKey key) {
        byte[] point = new byte[1 + 2 * COORDINATE_BYTES];
        point[0] = 4;
        System.arraycopy(key.getX().decode(), 0, point, 1, COORDINATE_BYTES);
        System.arraycopy(key.getY().decode(), 0, point, 1 + COORDINATE_BYTES, COORDINATE_BYTES);
        return Base64URL.encode(point).toString();
    }

    /** Whether something can be encrypted for it: 65 bytes that name a point of the curve. */
    static boolean isPoint(byte[] bytes) {
        return bytes.length == 1 + 2 * COORDINATE_BYTES
                && bytes[0] == 4
                && ECChecks.isPointOnCurve(
                        new BigInteger(1, Arrays.copyOfRange(bytes, 1, 1 + COORDINATE_BYTES)),
                        new BigInteger(1, Arrays.copyOfRange(bytes, 1 + COORDINATE_BYTES, bytes.length)),
                        Curve.P_256.toECParameterSpec());
    }
}
