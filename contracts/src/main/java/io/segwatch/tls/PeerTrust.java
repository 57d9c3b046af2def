package io.segwatch.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SignatureException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts certificates of the system's CAs and of a file, and one that is pinned by its fingerprint, whatever it says.
 * Names are checked where the connection asks for it (its endpoint identification is HTTPS). What is refused is refused
 * with a {@link CertificateRefused}. Threadsafe.
 */
public final class PeerTrust extends X509ExtendedTrustManager {
    private static final int MAX_FILE = 4 << 20;

    private final X509ExtendedTrustManager authorities;
    private final String pinned;
    private final boolean anyone;

    private PeerTrust(X509ExtendedTrustManager authorities, String pinned, boolean anyone) {
        this.authorities = authorities;
        this.pinned = pinned;
        this.anyone = anyone;
    }

    /**
     * Trusts the system's CAs and those of a file of certificates in PEM.
     *
     * @throws IllegalArgumentException when the file holds no certificate that can be read, as the rest of a sentence
     *     that begins with the setting's name
     */
    public static PeerTrust of(Optional<Path> caFile) {
        try {
            X509ExtendedTrustManager system = manager(null);
            return new PeerTrust(
                    caFile.isEmpty() ? system : manager(store(system, certificates(caFile.get()))), "", false);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("The system's CAs cannot be loaded", e);
        }
    }

    /** @param fingerprint of the only certificate that is trusted, as {@link SeenCertificate#fingerprint(String)} */
    public PeerTrust pinned(String fingerprint) {
        return new PeerTrust(authorities, fingerprint, false);
    }

    /** Verifies nothing: whoever stands in the way can read and change everything. */
    public PeerTrust anyone() {
        return new PeerTrust(authorities, "", true);
    }

    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {this}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Collection<? extends Certificate> certificates(Path file) {
        Collection<? extends Certificate> found;
        try (InputStream in = Files.newInputStream(file)) {
            found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(in.readNBytes(MAX_FILE)));
        } catch (CertificateException e) {
            throw new IllegalArgumentException(file + " holds what is no certificate; give certificates in PEM", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no certificate; give certificates in PEM");
        }
        return found;
    }

    private static KeyStore store(X509ExtendedTrustManager system, Collection<? extends Certificate> more)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate issuer : system.getAcceptedIssuers()) {
            store.setCertificateEntry("ca-" + store.size(), issuer);
        }
        for (Certificate certificate : more) {
            store.setCertificateEntry("ca-" + store.size(), certificate);
        }
        return store;
    }

    /** @param store null for the system's */
    private static X509ExtendedTrustManager manager(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    private interface Check {
        void run() throws CertificateException;
    }

    private void check(X509Certificate[] chain, Check authority) throws CertificateException {
        if (anyone) {
            return;
        }
        if (!pinned.isEmpty()) {
            String seen = SeenCertificate.of(chain[0]).fingerprint();
            if (!seen.equals(pinned)) {
                throw new CertificateRefused("is another one than the one that is trusted", chain[0], true, null);
            }
            return;
        }
        try {
            authority.run();
        } catch (CertificateException e) {
            throw new CertificateRefused(problem(e, chain[0]), chain[0], false, e);
        }
    }

    private static String problem(CertificateException e, X509Certificate certificate) {
        if (has(e, CertificateExpiredException.class)) {
            return "has expired, or its CA's has";
        } else if (has(e, CertificateNotYetValidException.class)) {
            return "is not valid yet; the clock of one of the machines may be wrong";
        } else if (has(e, CertPathBuilderException.class) || has(e, SignatureException.class)) {
            return SeenCertificate.of(certificate).selfSigned()
                    ? "is signed by itself, so no CA answers for it"
                    : "is of a CA that is not trusted here";
        } else if (e.getCause() == null) {
            return "is for another name";
        }
        return "cannot be trusted ("
                + (e.getCause() instanceof CertPathValidatorException path ? path.getReason() : e.getCause()) + ")";
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).anyMatch(type::isInstance);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain, () -> authorities.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain, () -> authorities.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain, () -> authorities.checkServerTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("No client is trusted");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("No client is trusted");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("No client is trusted");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
