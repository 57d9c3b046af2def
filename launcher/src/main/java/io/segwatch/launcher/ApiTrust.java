package io.segwatch.launcher;

import io.segwatch.tls.CertificateRefused;
import io.segwatch.tls.PeerTrust;
import io.segwatch.tls.SeenCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Whose certificate the commands trust at an https:// address. A picocli mixin. */
final class ApiTrust {
    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            defaultValue = "${SEGWATCH_API_CA_FILE:-}",
            description = "PEM file of CAs to trust beside the system's, default $SEGWATCH_API_CA_FILE.")
    private String caFile;

    @Option(
            names = "--fingerprint",
            paramLabel = "SHA256",
            scope = ScopeType.INHERIT,
            defaultValue = "${SEGWATCH_API_FINGERPRINT:-}",
            description = "The dashboard's only certificate that is trusted, as its start says it, default"
                    + " $SEGWATCH_API_FINGERPRINT.")
    private String fingerprint;

    /** @throws IllegalArgumentException when an option cannot be used */
    HttpClient client(URI api) {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5));
        return "https".equalsIgnoreCase(api.getScheme())
                ? client.sslContext(trust().context()).build()
                : client.build();
    }

    private PeerTrust trust() {
        if (!fingerprint.isEmpty()) {
            try {
                return PeerTrust.of(Optional.empty()).pinned(SeenCertificate.fingerprint(fingerprint));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("--fingerprint " + e.getMessage(), e);
            }
        }
        try {
            return PeerTrust.of(caFile.isEmpty() ? Optional.empty() : Optional.of(Path.of(caFile)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--ca-file " + e.getMessage(), e);
        }
    }

    /** A failure to connect by TLS as a sentence with the remedy. */
    static IOException explained(SSLException failure, URI api) {
        Optional<CertificateRefused> refused = CertificateRefused.behind(failure);
        if (refused.isPresent()) {
            SeenCertificate seen = refused.get().seen();
            return new IOException(
                    "The dashboard at " + api + " is not trusted, and nothing was sent to it: its certificate "
                            + refused.get().getMessage() + ": " + seen
                            + ". If Segwatch said this fingerprint at its start, add --fingerprint "
                            + seen.fingerprint() + "; or name its CA's certificate with --ca-file.",
                    failure);
        }
        return new IOException(
                "What answers at " + api + " does not speak HTTPS (" + failure.getMessage()
                        + "). Check the port, or begin the address with http://.",
                failure);
    }
}
