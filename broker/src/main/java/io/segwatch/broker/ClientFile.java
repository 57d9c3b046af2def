package io.segwatch.broker;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How clients reach the embedded broker, in a file that only its owner can read: address, and a password that is made
 * at the first start and stays. Kafka's own tools take it as {@code --command-config}. Immutable.
 */
final class ClientFile {
    private static final String NAME = "client.properties";
    private static final String JAAS = "sasl.jaas.config";
    private static final Pattern PASSWORD = Pattern.compile("password=\"([0-9a-f]{64})\"");
    private static final String COMMENT =
            "How programs of this user reach the embedded broker. Written at each start; the password stays.";
    static final String PROTOCOL = "SASL_PLAINTEXT";
    static final String MECHANISM = "SCRAM-SHA-512";

    private final String jaas;

    private ClientFile(String jaas) {
        this.jaas = jaas;
    }

    /** Writes the file, with the password of the one that is there, or with a new one. */
    static ClientFile write(Path folder, String address) throws IOException {
        Path file = folder.resolve(NAME);
        Properties old = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                old.load(reader);
            }
        }
        Matcher kept = PASSWORD.matcher(old.getProperty(JAAS, ""));
        ClientFile made = new ClientFile("org.apache.kafka.common.security.scram.ScramLoginModule required"
                + " username=\"segwatch\" password=\"" + (kept.find() ? kept.group(1) : random()) + "\";");
        Properties written = new Properties();
        written.putAll(made.settings());
        written.put("bootstrap.servers", address);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path fresh = Files.createTempFile(folder, "client", ".new", ownerOnly);
        try (Writer writer = Files.newBufferedWriter(fresh)) {
            written.store(writer, COMMENT);
        }
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return made;
    }

    private static String random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Settings of a client, besides the address. */
    Map<String, String> settings() {
        return new TreeMap<>(Map.of("security.protocol", PROTOCOL, "sasl.mechanism", MECHANISM, JAAS, jaas));
    }

    /** Settings by which a listener of the broker asks for the password, and gives it to the other one. */
    Map<String, String> listener(String name) {
        String prefix =
                "listener.name." + name.toLowerCase(Locale.ROOT) + "." + MECHANISM.toLowerCase(Locale.ROOT) + ".";
        return Map.of(prefix + JAAS, jaas, prefix + "sasl.server.callback.handler.class", BrokerLogin.class.getName());
    }
}
