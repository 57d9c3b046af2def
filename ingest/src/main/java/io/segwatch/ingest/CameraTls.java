package io.segwatch.ingest;

import io.segwatch.contracts.CameraUrl;
import io.segwatch.tls.CertificateRefused;
import io.segwatch.tls.PeerTrust;
import io.segwatch.tls.SeenCertificate;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.Encryption.Verdict;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * TLS to one camera: whose certificate is trusted, and what was seen. The handshake comes before everything else, so a
 * camera that is not trusted is told nothing. Threadsafe.
 */
final class CameraTls {
    /** Read once, for a system's CAs take a while. */
    private static final Map<Optional<Path>, PeerTrust> AUTHORITIES = new ConcurrentHashMap<>();

    private final String host;
    private final Camera.Tls set;
    private final PeerTrust authorities;
    private final PeerTrust own;
    private volatile CameraStatus.Encryption seen = CameraStatus.Encryption.getDefaultInstance();

    /** @param caFile of CAs beside the system's */
    CameraTls(CameraUrl url, Camera.Tls set, Optional<Path> caFile) {
        this.host = url.host();
        this.set = set;
        this.authorities = authorities(caFile);
        this.own = set.getInsecureAnyCertificate()
                ? authorities.anyone()
                : set.getFingerprint().isEmpty()
                        ? authorities
                        : authorities.pinned(SeenCertificate.fingerprint(set.getFingerprint()));
    }

    /** @throws IllegalArgumentException when the file cannot be used, as the rest of a sentence about it */
    static PeerTrust authorities(Optional<Path> caFile) {
        return AUTHORITIES.computeIfAbsent(caFile, PeerTrust::of);
    }

    /**
     * Shakes hands over a connection that is there; the new socket closes it.
     *
     * @param to a host, an IPv6 address with or without brackets
     * @throws WrongPort when nobody speaks TLS there
     * @throws SSLException with a {@link CertificateRefused} behind it when the certificate is not trusted
     */
    SSLSocket over(GuardedSocket connection, String to, int port) throws IOException {
        connection.sealed();
        String name = bare(to);
        boolean camera = name.equalsIgnoreCase(bare(host));
        PeerTrust trust = camera ? own : authorities;
        SSLSocket socket = (SSLSocket) trust.context().getSocketFactory().createSocket(connection, name, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            Optional<CertificateRefused> refused = CertificateRefused.behind(e);
            if (camera) {
                refused.ifPresent(
                        why -> seen = message(why.seen(), why.changed() ? Verdict.CHANGED : Verdict.NOT_TRUSTED));
            }
            throw refused.isPresent() ? e : wrongPort(e);
        }
        if (camera) {
            seen = message(
                    SeenCertificate.of((X509Certificate) socket.getSession().getPeerCertificates()[0]), verdict());
        }
        return socket;
    }

    private Verdict verdict() {
        if (set.getInsecureAnyCertificate()) {
            return Verdict.NOT_VERIFIED;
        }
        return set.getFingerprint().isEmpty() ? Verdict.VERIFIED : Verdict.PINNED;
    }

    private static IOException wrongPort(IOException e) {
        if (e instanceof SSLException && String.valueOf(e.getMessage()).contains("Unsupported or unrecognized")) {
            return WrongPort.plain(e);
        }
        boolean ended = e instanceof SocketTimeoutException
                || e instanceof SocketException
                || e instanceof EOFException
                || e.getCause() instanceof EOFException
                || e.getCause() instanceof SocketException;
        return ended ? WrongPort.silent(e) : e;
    }

    private static String bare(String name) {
        return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    }

    private static CameraStatus.Encryption message(SeenCertificate certificate, Verdict verdict) {
        return CameraStatus.Encryption.newBuilder()
                .setVerdict(verdict)
                .setFingerprint(certificate.fingerprint())
                .setSubject(certificate.subject())
                .setIssuer(certificate.issuer())
                .addAllNames(certificate.names())
                .setNotBeforeMs(Math.max(0, certificate.notBefore().toEpochMilli()))
                .setNotAfterMs(Math.max(0, certificate.notAfter().toEpochMilli()))
                .build();
    }

    /** The camera's own certificate as it was seen last; without a verdict when none was. */
    CameraStatus.Encryption seen() {
        return seen;
    }
}
