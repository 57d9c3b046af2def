package io.segwatch.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate authority of its own, and the certificates that it issues, made by the JDK's keytool. */
final class TestCa {
    private static final String PASSWORD = "changeit";

    private final Path folder;
    final Path pem;

    TestCa(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.pem = folder.resolve("ca.pem");
        keytool("ca", "-genkeypair", "-keyalg", "EC", "-dname", "CN=Test CA", "-ext", "bc:c");
        keytool("ca", "-exportcert", "-rfc", "-file", pem.toString());
    }

    /**
     * TLS with a certificate of this CA.
     *
     * @param host a name, as dns:localhost, or an address, as ip:127.0.0.1
     * @param startDate as keytool takes it, -10d for example; the certificate is valid for two days from there
     */
    SSLContext tls(String host, String startDate) throws Exception {
        String name = "leaf-" + Files.list(folder).count();
        String request = folder.resolve(name + ".csr").toString();
        String issued = folder.resolve(name + ".pem").toString();
        keytool(name, "-genkeypair", "-keyalg", "EC", "-dname", "CN=receiver");
        keytool(name, "-certreq", "-file", request);
        keytool(
                "ca",
                "-gencert",
                "-infile",
                request,
                "-outfile",
                issued,
                "-rfc",
                "-ext",
                "san=" + host,
                "-startdate",
                startDate,
                "-validity",
                "2");
        keytool(name, "-importcert", "-noprompt", "-trustcacerts", "-file", pem.toString(), "-alias", "issuer");
        keytool(name, "-importcert", "-noprompt", "-file", issued);
        return context(folder.resolve(name + ".p12"));
    }

    private void keytool(String store, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        if (!command.contains("-alias")) {
            command.addAll(List.of("-alias", store));
        }
        command.addAll(List.of(
                "-keystore",
                folder.resolve(store + ".p12").toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }

    private static SSLContext context(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
