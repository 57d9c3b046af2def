package io.segwatch.dashboard.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/**
 * A certificate with its chain, and its key.
 *
 * @param hash of the files' contents: another one when they change
 */
record KeyPair(PrivateKey key, X509Certificate[] chain, int hash) {
    private static final int MAX_FILE = 1 << 20;
    private static final String CERTIFICATE = "segwatch.tls.certificate";
    private static final String KEY = "segwatch.tls.key";
    /** What Java calls them. */
    private static final Map<String, String> ALGORITHMS = Map.of(
            "1.2.840.113549.1.1.1", "RSA",
            "1.2.840.10045.2.1", "EC",
            "1.3.101.112", "Ed25519",
            "1.3.101.113", "Ed448");

    /** Bytes of the files; read at once, so that what is checked is what is used. */
    private record Contents(byte[] certificate, Optional<byte[]> key) {
        int hash() {
            return 31 * Arrays.hashCode(certificate) + key.map(Arrays::hashCode).orElse(0);
        }
    }

    /**
     * Reads the files that the configuration names.
     *
     * @throws IllegalArgumentException when they cannot be used, naming key and remedy
     */
    static KeyPair read(TlsConfig config) {
        return read(
                config.certificate().orElseThrow(),
                config.key(),
                config.keyPassword().orElse("").toCharArray());
    }

    /** @param keyFile empty when the certificate's file, PKCS#12 or PEM, has the key too */
    static KeyPair read(Path certificateFile, Optional<Path> keyFile, char[] password) {
        Contents contents = contents(certificateFile, keyFile);
        byte[] first = contents.certificate();
        // DER begins with a sequence; PEM is text.
        KeyPair pair = first.length > 0 && first[0] == 0x30
                ? ofStore(certificateFile, contents, password)
                : new KeyPair(
                        key(keyFile.orElse(certificateFile), contents.key().orElse(first), password),
                        chain(certificateFile, first),
                        contents.hash());
        if (!pair.matches()) {
            throw refused(
                    KEY,
                    keyFile.orElse(certificateFile),
                    "is not the key of the certificate in " + certificateFile + "; replace both files together",
                    null);
        }
        return pair;
    }

    /** Of the files' contents; a changed one says that they are to be read anew. */
    static int hash(TlsConfig config) {
        return contents(config.certificate().orElseThrow(), config.key()).hash();
    }

    private static Contents contents(Path certificateFile, Optional<Path> keyFile) {
        return new Contents(bytes(CERTIFICATE, certificateFile), keyFile.map(file -> bytes(KEY, file)));
    }

    private static byte[] bytes(String setting, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_FILE);
        } catch (NoSuchFileException e) {
            throw refused(setting, file, "does not exist", e);
        } catch (IOException e) {
            throw refused(setting, file, "cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    private static X509Certificate[] chain(Path file, byte[] pem) {
        try {
            // What stands around the certificates, a key for example, is for others.
            String text = new String(pem, StandardCharsets.ISO_8859_1)
                    .replaceAll("(?s)-----BEGIN ([A-Z ]*PRIVATE KEY|EC PARAMETERS)-----.*?-----END \\1-----", "");
            X509Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .toArray(X509Certificate[]::new);
            if (chain.length > 0) {
                return chain;
            }
            throw refused(
                    CERTIFICATE,
                    file,
                    "holds no certificate; give the server's own first, then its CA's, in PEM",
                    null);
        } catch (CertificateException e) {
            throw refused(CERTIFICATE, file, "holds what is no certificate; give certificates in PEM", e);
        }
    }

    private static PrivateKey key(Path file, byte[] pem, char[] password) {
        try (PEMParser parser =
                new PEMParser(new InputStreamReader(new ByteArrayInputStream(pem), StandardCharsets.ISO_8859_1))) {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                PrivateKeyInfo found = keyIn(next, file, password);
                if (found != null) {
                    String algorithm =
                            found.getPrivateKeyAlgorithm().getAlgorithm().getId();
                    return KeyFactory.getInstance(ALGORITHMS.getOrDefault(algorithm, algorithm))
                            .generatePrivate(new PKCS8EncodedKeySpec(found.getEncoded()));
                }
            }
            throw refused(KEY, file, "holds no key; give the private key of the certificate in PEM", null);
        } catch (IOException | GeneralSecurityException | PKCSException | OperatorCreationException e) {
            throw refused(KEY, file, "holds no key that can be read, or segwatch.tls.key-password is wrong", e);
        }
    }

    /** Null for what is no key. */
    private static PrivateKeyInfo keyIn(Object read, Path file, char[] password)
            throws IOException, PKCSException, OperatorCreationException {
        boolean sealed = read instanceof PKCS8EncryptedPrivateKeyInfo || read instanceof PEMEncryptedKeyPair;
        if (sealed && password.length == 0) {
            throw refused(KEY, file, "is encrypted: give its password as segwatch.tls.key-password", null);
        }
        BouncyCastleProvider provider = new BouncyCastleProvider();
        if (read instanceof PKCS8EncryptedPrivateKeyInfo info) {
            return info.decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder()
                    .setProvider(provider)
                    .build(password));
        } else if (read instanceof PEMEncryptedKeyPair pair) {
            return pair.decryptKeyPair(new JcePEMDecryptorProviderBuilder()
                            .setProvider(provider)
                            .build(password))
                    .getPrivateKeyInfo();
        } else if (read instanceof PEMKeyPair pair) {
            return pair.getPrivateKeyInfo();
        }
        return read instanceof PrivateKeyInfo info ? info : null;
    }

    private static KeyPair ofStore(Path file, Contents contents, char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(contents.certificate()), password);
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    Certificate[] chain = store.getCertificateChain(alias);
                    return new KeyPair(
                            (PrivateKey) store.getKey(alias, password),
                            Arrays.copyOf(chain, chain.length, X509Certificate[].class),
                            contents.hash());
                }
            }
            throw refused(CERTIFICATE, file, "holds no key with a certificate", null);
        } catch (IOException | GeneralSecurityException e) {
            throw refused(
                    CERTIFICATE,
                    file,
                    "cannot be read as PKCS#12; give PEM, or the store's password as segwatch.tls.key-password",
                    e);
        }
    }

    private boolean matches() {
        try {
            PublicKey shown = chain[0].getPublicKey();
            String algorithm = key.getAlgorithm().startsWith("Ed")
                    ? "EdDSA"
                    : "SHA256with" + (key.getAlgorithm().equals("EC") ? "ECDSA" : key.getAlgorithm());
            byte[] probe = {1, 2, 3};
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(probe);
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(shown);
            checking.update(probe);
            return checking.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** For a server. */
    KeyManagerFactory manager() {
        try {
            char[] none = new char[0];
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, none);
            store.setKeyEntry("server", key, none, chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, none);
            return factory;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static IllegalArgumentException refused(String setting, Path file, String problem, Exception cause) {
        return new IllegalArgumentException(setting + ": " + file + " " + problem + ".", cause);
    }
}
