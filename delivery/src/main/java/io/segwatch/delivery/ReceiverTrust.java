package io.segwatch.delivery;

import io.netty.handler.ssl.NotSslRecordException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
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
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Which CAs a receiver's certificate may be of, and why a connection to it failed. */
final class ReceiverTrust {
    private ReceiverTrust() {}

    /**
     * Trusts the system's CAs and those of the file.
     *
     * @throws IllegalArgumentException when the file holds no certificate that can be read, with the key to mend
     */
    static TrustManagerFactory of(Optional<Path> caFile) {
        try {
            TrustManagerFactory system = factory(null);
            return caFile.isEmpty() ? system : factory(store(system, certificates(caFile.get())));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("The CAs that receivers' certificates may be of cannot be loaded", e);
        }
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException {
        Collection<? extends Certificate> found;
        try (InputStream pem = new BufferedInputStream(Files.newInputStream(file))) {
            found = CertificateFactory.getInstance("X.509").generateCertificates(pem);
        } catch (CertificateException e) {
            throw refused(file, "holds what is no certificate; give certificates in PEM", e);
        } catch (IOException e) {
            throw refused(file, "cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
        if (found.isEmpty()) {
            throw refused(file, "holds no certificate; give certificates in PEM", null);
        }
        return found;
    }

    private static IllegalArgumentException refused(Path file, String problem, Exception cause) {
        return new IllegalArgumentException("segwatch.delivery.ca-file: " + file + " " + problem, cause);
    }

    private static KeyStore store(TrustManagerFactory system, Collection<? extends Certificate> more)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (TrustManager manager : system.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                for (X509Certificate issuer : x509.getAcceptedIssuers()) {
                    store.setCertificateEntry("ca-" + store.size(), issuer);
                }
            }
        }
        for (Certificate certificate : more) {
            store.setCertificateEntry("ca-" + store.size(), certificate);
        }
        return store;
    }

    /** @param store null for the system's */
    private static TrustManagerFactory factory(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    /** What is wrong with the receiver's certificate, as a sentence; empty when the failure has another cause. */
    static Optional<String> problem(Throwable failure, String host) {
        if (has(failure, CertificateExpiredException.class)) {
            return Optional.of("The receiver's certificate, or its CA's, has expired; it must be renewed there");
        }
        if (has(failure, CertificateNotYetValidException.class)) {
            return Optional.of("The receiver's certificate is not valid yet; check the clocks of both machines");
        }
        if (has(failure, CertPathBuilderException.class)) {
            return Optional.of("The receiver's certificate is of a CA that is not trusted here; add the CA's"
                    + " certificate to segwatch.delivery.ca-file");
        }
        Optional<CertPathValidatorException> invalid = cause(failure, CertPathValidatorException.class);
        if (invalid.isPresent()) {
            return Optional.of(
                    "The receiver's certificate is refused: " + invalid.get().getMessage());
        }
        return cause(failure, CertificateException.class)
                .map(wrong -> "The receiver's certificate is not for " + host + ": " + wrong.getMessage());
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        return cause(failure, type).isPresent();
    }

    private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    /** Why there is no connection, for failures that are not the certificate's. */
    static String reason(Throwable failure) {
        if (cause(failure, NotSslRecordException.class).isPresent()) {
            return "it does not speak TLS on this port; check whether its address begins with http://";
        }
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .map(Throwable::getMessage)
                .filter(Objects::nonNull)
                .reduce((outer, inner) -> inner)
                .orElseGet(() -> failure.getClass().getSimpleName());
    }
}
