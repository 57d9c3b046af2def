package io.segwatch.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a person can compare of a certificate. Its texts are the other end's, cut to a length and without what cannot be
 * seen.
 *
 * @param fingerprint SHA-256 of the whole certificate, 32 upper-case pairs of hexadecimal digits joined by colons
 * @param subject whom it was issued to
 * @param issuer who issued it; the same as the subject when it signed itself
 * @param names host names and addresses that it is for, at most 20
 */
public record SeenCertificate(
        String fingerprint, String subject, String issuer, List<String> names, Instant notBefore, Instant notAfter) {
    private static final int MAX_TEXT = 200;
    private static final int MAX_NAMES = 20;
    private static final int DNS = 2;
    private static final int ADDRESS = 7;
    private static final HexFormat PAIRS = HexFormat.ofDelimiter(":").withUpperCase();
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);

    public static SeenCertificate of(X509Certificate certificate) {
        return new SeenCertificate(
                fingerprint(certificate),
                shown(certificate.getSubjectX500Principal().getName()),
                shown(certificate.getIssuerX500Principal().getName()),
                names(certificate),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return PAIRS.formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> names(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return List.of();
        }
        Stream<List<?>> all = names == null ? Stream.of() : names.stream();
        return all.filter(name -> name.get(0).equals(DNS) || name.get(0).equals(ADDRESS))
                .limit(MAX_NAMES)
                .map(name -> shown(String.valueOf(name.get(1))))
                .toList();
    }

    private static String shown(String text) {
        String visible = text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
        return visible.length() > MAX_TEXT ? visible.substring(0, MAX_TEXT) + "…" : visible;
    }

    /**
     * A fingerprint as it is kept, from how browsers, openssl and people write it.
     *
     * @throws IllegalArgumentException when it is no SHA-256
     */
    public static String fingerprint(String text) {
        String digits = text.strip()
                .toLowerCase(Locale.ROOT)
                .replaceFirst("^(sha-?256|sha256 fingerprint)\\s*[:=/]\\s*", "")
                .replaceAll("[:\\s-]", "");
        if (!digits.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "is no SHA-256 fingerprint: give 64 hexadecimal digits, with or without colons");
        }
        return PAIRS.formatHex(HexFormat.of().parseHex(digits));
    }

    public boolean selfSigned() {
        return subject.equals(issuer);
    }

    /** As the middle of a sentence. */
    @Override
    public String toString() {
        return "SHA-256 " + fingerprint + ", of \"" + subject + "\""
                + (names.isEmpty() ? "" : " for " + String.join(", ", names))
                + (selfSigned() ? ", signed by itself" : ", issued by \"" + issuer + "\"")
                + ", valid from " + DAY.format(notBefore) + " to " + DAY.format(notAfter);
    }
}
