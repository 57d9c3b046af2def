package io.segwatch.dashboard.tls;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate that this service signs itself, kept over restarts so that its fingerprint stays. */
final class OwnCertificate {
    /** People compare its fingerprint, so it should hardly ever change. */
    private static final Duration VALID = Duration.ofDays(3650);

    private static final Duration RENEWED_BEFORE_END = Duration.ofDays(30);
    private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);
    private static final int MAX_NAMES = 30;

    private final Path folder;

    /** @param folder for certificate and key; made, for its owner alone, when it is not there */
    OwnCertificate(Path folder) {
        this.folder = folder;
    }

    Path certificate() {
        return folder.resolve("certificate.pem");
    }

    private Path key() {
        return folder.resolve("key.pem");
    }

    /** What was made at an earlier start, or a new one where there is none or it ends soon. */
    KeyPair keptOrMade(List<String> names) {
        try {
            if (Files.exists(certificate()) && Files.exists(key())) {
                KeyPair kept = KeyPair.read(certificate(), Optional.of(key()), new char[0]);
                Instant end = kept.chain()[0].getNotAfter().toInstant();
                if (Instant.now().plus(RENEWED_BEFORE_END).isBefore(end)) {
                    return kept;
                }
            }
            make(names);
            return KeyPair.read(certificate(), Optional.of(key()), new char[0]);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The certificate of segwatch.tls.self-signed cannot be kept in " + folder + " (" + e
                            + "). Make the folder writable, or name a certificate with segwatch.tls.certificate.",
                    e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("This Java cannot make a certificate", e);
        }
    }

    private void make(List<String> names) throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        java.security.KeyPair keys = generator.generateKeyPair();
        Instant now = Instant.now();
        X500Name self = new X500Name("CN=Segwatch " + new BigInteger(32, new SecureRandom()).toString(36));
        X509CertificateHolder certificate = new JcaX509v3CertificateBuilder(
                        self,
                        new BigInteger(120, new SecureRandom()).add(BigInteger.ONE),
                        Date.from(now.minus(CLOCKS_DIFFER)),
                        Date.from(now.plus(VALID)),
                        self,
                        keys.getPublic())
                .addExtension(Extension.subjectAlternativeName, false, alternatives(names))
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        write(key(), new JcaPKCS8Generator(keys.getPrivate(), null));
        write(certificate(), certificate);
    }

    private void write(Path file, Object what) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(what);
        }
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path fresh = Files.createTempFile(folder, "owners", ".new", ownerOnly);
        Files.writeString(fresh, text.toString());
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** By whatever this machine may be called. */
    private static GeneralNames alternatives(List<String> given) throws IOException {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        names.addAll(given);
        try {
            names.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            // It has no name.
        }
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            network.inetAddresses()
                    .filter(address -> !address.isLinkLocalAddress())
                    .forEach(address -> names.add(address.getHostAddress().replaceFirst("%.*", "")));
        }
        return new GeneralNames(names.stream()
                .filter(name -> !name.isEmpty() && !name.equals("0.0.0.0") && !name.equals("::"))
                .limit(MAX_NAMES)
                .map(name -> new GeneralName(
                        NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name)
                                ? GeneralName.iPAddress
                                : GeneralName.dNSName,
                        name))
                .toArray(GeneralName[]::new));
    }
}
