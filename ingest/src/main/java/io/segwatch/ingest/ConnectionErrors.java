package io.segwatch.ingest;

import io.segwatch.contracts.CameraUrl;
import io.segwatch.tls.CertificateRefused;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** What goes wrong on a connection to a camera, as sentences, each with a remedy. */
final class ConnectionErrors {
    private ConnectionErrors() {}

    /** The same; what is known of the port is told also when the time ran out over it. */
    static GrabException of(IOException e, InputSpec source, CameraUrl target, Deadline deadline) {
        GrabException why = of(e, source, target);
        if (e instanceof WrongPort) {
            deadline.refuse(why);
        }
        return why;
    }

    /** @param target where the connection was made to: the camera, or where it led */
    static GrabException of(IOException e, InputSpec source, CameraUrl target) {
        String where = target.origin().equals(source.url.origin()) ? "" : "led to " + target.origin() + ", where ";
        Optional<CertificateRefused> refused = CertificateRefused.behind(e);
        if (refused.isPresent()) {
            return new GrabException(source + ": " + where + certificate(refused.get(), where.isEmpty()));
        } else if (e instanceof WrongPort wrong) {
            return new GrabException(
                    source + ": " + where + wrong.getMessage(),
                    wrong.passing ? GrabException.Retry.SOON : GrabException.Retry.LATER);
        } else if (e instanceof SocketTimeoutException) {
            return new GrabException(
                    source + ": " + where + "no answer came in time. Check the address, and that the camera is on.",
                    GrabException.Retry.SOON);
        } else if (e instanceof NoRouteToHostException) {
            return new GrabException(
                    source + ": " + where + "the host cannot be reached. Check the address and the network.",
                    GrabException.Retry.SOON);
        } else if (e instanceof ConnectException) {
            return new GrabException(
                    source + ": " + where
                            + "connection refused. Check host and port, and that the camera is switched on.",
                    GrabException.Retry.SOON);
        } else if (e instanceof SSLException) {
            return new GrabException(source + ": " + where + "TLS failed (" + e.getMessage()
                    + "). Check that the port is one of TLS, and which versions the camera knows.");
        } else if (e instanceof SocketException
                || e instanceof ConnectionClosedException
                || e instanceof NoHttpResponseException) {
            return new GrabException(
                    source + ": " + where + "the connection was broken. Check the network and the camera.",
                    GrabException.Retry.SOON);
        }
        return new GrabException(source + ": " + where + "what answers there cannot be read (" + e.getMessage()
                + "). Check the port, and that scheme and port go together.");
    }

    /** @param own whether the certificate is the camera's, which can be pinned */
    private static String certificate(CertificateRefused refused, boolean own) {
        String seen = "its certificate " + refused.getMessage() + ": " + refused.seen() + ". Nothing was sent to it. ";
        if (refused.changed()) {
            return seen
                    + "It was renewed, or somebody stands in between: compare the fingerprint with the camera's own,"
                    + " and trust the new one if it is (on the page, or ./segwatch camera trust).";
        }
        return seen
                + (own
                        ? "If the fingerprint is the camera's own, trust it (on the page, or ./segwatch camera trust);"
                                + " or name its CA's certificate in segwatch.ingest.ca-file."
                        : "Name its CA's certificate in segwatch.ingest.ca-file, or give that address for the camera.");
    }
}
