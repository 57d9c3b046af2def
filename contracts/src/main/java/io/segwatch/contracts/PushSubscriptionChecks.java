package io.segwatch.contracts;

import io.segwatch.v1.PushSubscription;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/** The bounds of a subscription to push messages. */
final class PushSubscriptionChecks {
    private static final int MAX_ENDPOINT = 1_000;
    private static final int MAX_USER = 63;
    private static final int POINT_BYTES = 65;
    private static final byte UNCOMPRESSED = 4;
    private static final int AUTH_BYTES = 16;

    private PushSubscriptionChecks() {}

    static List<Problem> check(PushSubscription subscription) {
        FieldChecks check = new FieldChecks();
        check.id("id", subscription.getId());
        check.length("user", subscription.getUser(), 1, MAX_USER);
        check.ids("cameras", subscription.getCamerasList());
        check.length("endpoint", subscription.getEndpoint(), 1, MAX_ENDPOINT);
        if (!isHttps(subscription.getEndpoint())) {
            check.problem("endpoint", "must be the https:// address that the browser gave, without a user");
        }
        if (subscription.getP256Dh().size() != POINT_BYTES
                || subscription.getP256Dh().byteAt(0) != UNCOMPRESSED) {
            check.problem("p256dh", "must be the 65 bytes of an uncompressed point of P-256");
        }
        if (subscription.getAuth().size() != AUTH_BYTES) {
            check.problem("auth", "must be 16 bytes");
        }
        return check.problems();
    }

    private static boolean isHttps(String endpoint) {
        try {
            URI uri = new URI(endpoint);
            return "https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
