package io.segwatch.dashboard.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.config.Configuration;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and keys in the forms in which tools write them. */
class KeyPairTest {
    private static final char[] NONE = new char[0];
    private static final char[] PASSWORD = "pass word".toCharArray();

    @TempDir
    Path folder;

    private java.security.KeyPair keys;
    private X509Certificate certificate;
    private Path certificateFile;

    @BeforeEach
    void make() throws Exception {
        make("EC", 256, "SHA256withECDSA");
    }

    private void make(String algorithm, int size, String signature) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (size > 0) {
            generator.initialize(size);
        }
        keys = generator.generateKeyPair();
        X500Name name = new X500Name("CN=server");
        certificate = new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.ONE,
                                Date.from(Instant.now().minusSeconds(60)),
                                Date.from(Instant.now().plusSeconds(3_600)),
                                name,
                                keys.getPublic())
                        .build(new JcaContentSignerBuilder(signature).build(keys.getPrivate())));
        certificateFile = pem("certificate.pem", certificate);
    }

    private Path pem(String name, Object... contents) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object one : contents) {
                writer.writeObject(one);
            }
        }
        return Files.writeString(folder.resolve(name), text.toString());
    }

    private void assertRead(Path keyFile, char[] password) {
        KeyPair pair = KeyPair.read(certificateFile, Optional.of(keyFile), password);
        assertThat(pair.chain()).containsExactly(certificate);
        assertThat(pair.manager().getKeyManagers()).hasSize(1);
    }

    @Test
    void readsKeysOfAllUsualKinds() throws Exception {
        assertRead(pem("pkcs8.pem", new JcaPKCS8Generator(keys.getPrivate(), null)), NONE);
        make("RSA", 2_048, "SHA256withRSA");
        // As openssl genrsa writes it.
        Path pkcs1 = pem("pkcs1.pem", keys.getPrivate());
        assertThat(pkcs1).content().contains("BEGIN RSA PRIVATE KEY");
        assertRead(pkcs1, NONE);
        make("Ed25519", 0, "Ed25519");
        assertRead(pem("ed.pem", new JcaPKCS8Generator(keys.getPrivate(), null)), NONE);
    }

    @Test
    void readsAnEcKeyAsOpensslWritesIt() throws Exception {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded());
        var curve = info.getPrivateKeyAlgorithm().getParameters();
        var bare = org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(info.parsePrivateKey());
        var whole = new org.bouncycastle.asn1.sec.ECPrivateKey(256, bare.getKey(), curve);
        Path file = pem(
                "sec1.pem",
                new PemObject("EC PARAMETERS", curve.toASN1Primitive().getEncoded()),
                new PemObject("EC PRIVATE KEY", whole.getEncoded()));
        assertRead(file, NONE);
    }

    @Test
    void readsOneFileWithBothAndAStore() throws Exception {
        Path both = pem("both.pem", new JcaPKCS8Generator(keys.getPrivate(), null), certificate);
        assertThat(KeyPair.read(both, Optional.empty(), NONE).chain()).containsExactly(certificate);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        store.setKeyEntry("any", keys.getPrivate(), PASSWORD, new X509Certificate[] {certificate});
        Path file = folder.resolve("both.p12");
        try (var out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }
        assertThat(KeyPair.read(file, Optional.empty(), PASSWORD).chain()).containsExactly(certificate);
        assertThatThrownBy(() -> KeyPair.read(file, Optional.empty(), "other".toCharArray()))
                .hasMessageContaining("segwatch.tls.certificate: " + file)
                .hasMessageContaining("segwatch.tls.key-password");
    }

    @Test
    void readsAnEncryptedKeyWithItsPassword() throws Exception {
        Path file = pem("sealed.pem", sealed(keys.getPrivate()));
        assertRead(file, PASSWORD);
        assertThatThrownBy(() -> assertRead(file, NONE)).hasMessageContaining("give its password as");
        assertThatThrownBy(() -> assertRead(file, "other".toCharArray()))
                .hasMessageContaining("or segwatch.tls.key-password is wrong");
    }

    private static JcaPKCS8Generator sealed(PrivateKey key) throws Exception {
        return new JcaPKCS8Generator(
                key,
                new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                        .setProvider(new BouncyCastleProvider())
                        .setPassword(PASSWORD)
                        .build());
    }

    @Test
    void saysWhichFileIsWrongAndHow() throws Exception {
        Path key = pem("key.pem", new JcaPKCS8Generator(keys.getPrivate(), null));
        Path absent = folder.resolve("absent.pem");
        assertThatThrownBy(() -> KeyPair.read(absent, Optional.of(key), NONE))
                .hasMessage("segwatch.tls.certificate: " + absent + " does not exist.");
        assertThatThrownBy(() -> KeyPair.read(key, Optional.of(key), NONE))
                .hasMessageContaining("holds what is no certificate");
        assertThatThrownBy(() -> KeyPair.read(certificateFile, Optional.empty(), NONE))
                .hasMessageContaining("segwatch.tls.key")
                .hasMessageContaining("holds no key");
        Path other = certificateFile;
        make();
        Path first = Files.writeString(folder.resolve("other.pem"), Files.readString(other));
        assertThatThrownBy(() -> KeyPair.read(first, Optional.of(key), NONE))
                .hasMessageContaining("is not the key of the certificate in " + first);
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> Configuration.of(
                                Map.of("segwatch.tls.self-signed", "true", "segwatch.tls.certificate", "a.pem"))
                        .get(TlsConfig.class))
                .hasMessageContaining("set one of them");
        assertThatThrownBy(() ->
                        Configuration.of(Map.of("segwatch.tls.admin", "true")).get(TlsConfig.class))
                .hasMessageContaining("segwatch.tls.admin is true, but there is no certificate");
    }
}
