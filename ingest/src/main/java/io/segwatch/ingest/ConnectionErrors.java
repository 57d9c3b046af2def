package io.segwatch.ingest;

import io.segwatch.contracts.CameraUrl;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** What goes wrong on a connection to a camera, as sentences, each with a remedy. */
final class ConnectionErrors {
    private ConnectionErrors() {}

    /** @param target where the connection was made to: the camera, or where it led */
    static GrabException of(IOException e, InputSpec source, CameraUrl target) {
        String where = target.origin().equals(source.url.origin()) ? "" : "led to " + target.origin() + ", where ";
        if (e instanceof SocketTimeoutException) {
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
}
