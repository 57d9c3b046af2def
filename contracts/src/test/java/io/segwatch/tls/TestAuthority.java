package io.segwatch.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority, and servers with certificates of it or signed by themselves. */
public final class TestAuthority {
    private static final char[] NONE = new char[0];

    /** A server's TLS, and what it shows. */
    public record Server(SSLContext context, SeenCertificate certificate, X509Certificate shown) {}

    /** Its certificate. */
    public final Path pem;

    private final KeyPair keys = keys();
    private final X509Certificate certificate;

    public TestAuthority(Path folder) throws Exception {
        certificate = issue("CN=Test CA", keys, null, Duration.ofDays(2), true);
        pem = write(folder.resolve("test-ca.pem"), certificate);
    }

    /**
     * A server with a certificate of this authority.
     *
     * @param host a name or an address
     * @param validFor from yesterday; negative when it is over
     */
    public Server server(String host, Duration validFor) throws Exception {
        return server("CN=server", this, validFor, host);
    }

    public static Server selfSigned(String name) throws Exception {
        return server("CN=" + name, null, Duration.ofDays(2));
    }

    public static Path write(Path file, X509Certificate certificate) throws IOException, GeneralSecurityException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
        return Files.writeString(
                file,
                "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n",
                StandardCharsets.US_ASCII);
    }

    private static Server server(String subject, TestAuthority by, Duration validFor, String... hosts)
            throws Exception {
        KeyPair own = keys();
        X509Certificate shown = issue(subject, own, by, validFor, false, hosts);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NONE);
        store.setKeyEntry("server", own.getPrivate(), NONE, new X509Certificate[] {shown});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, NONE);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return new Server(context, SeenCertificate.of(shown), shown);
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static X509Certificate issue(
            String subject, KeyPair keys, TestAuthority by, Duration validFor, boolean authority, String... hosts)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                        new X500Name(by == null ? subject : "CN=Test CA"),
                        BigInteger.valueOf(System.nanoTime()),
                        Date.from(now.minus(Duration.ofDays(1))),
                        Date.from(now.plus(validFor)),
                        new X500Name(subject),
                        keys.getPublic())
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        for (String host : hosts) {
            boolean address = host.matches("[0-9.]+|.*:.*");
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host)));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                        .build(by == null ? keys.getPrivate() : by.keys.getPrivate())));
    }
}
