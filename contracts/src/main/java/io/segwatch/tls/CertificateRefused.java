package io.segwatch.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A certificate is not trusted. The message says why, as the rest of a sentence that begins with "its certificate". */
public final class CertificateRefused extends CertificateException {
    private static final long serialVersionUID = 1;

    private final transient SeenCertificate seen;
    private final boolean changed;

    CertificateRefused(String why, X509Certificate certificate, boolean changed, Throwable cause) {
        super(why, cause);
        this.seen = SeenCertificate.of(certificate);
        this.changed = changed;
    }

    /** The refusal behind a handshake that failed; empty when it failed for another reason. */
    public static Optional<CertificateRefused> behind(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .filter(CertificateRefused.class::isInstance)
                .map(CertificateRefused.class::cast)
                .findFirst();
    }

    public SeenCertificate seen() {
        return seen;
    }

    /** Whether another one was pinned. */
    public boolean changed() {
        return changed;
    }
}
