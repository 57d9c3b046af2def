package io.segwatch.config;

import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Segwatch is configured with: the defaults of {@code segwatch.properties}, over them a file of the user's, over
 * it environment variables, over them what a command sets. A value may name another key as
 * {@code ${segwatch.data-dir}}. Each module declares its keys in an interface with SmallRye's {@code @ConfigMapping}.
 * For use by any thread.
 */
public final class Configuration {
    private static final String MANUAL = "segwatch.properties";
    /** Keys whose values are not shown. */
    private static final Pattern SECRET = Pattern.compile("[.-](token|password|secret)$");

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(segwatch\\.[a-z0-9.-]+)}");

    private static final Logger log = LoggerFactory.getLogger(Configuration.class);

    private final SmallRyeConfig config;
    private final String file;
    private final Set<String> keys;
    private final List<String> wrongKeys = new ArrayList<>();

    /** A mapping whose values must also fit together. */
    public interface Checked {
        /** @throws IllegalArgumentException when they do not, naming the keys, their values and what they must be */
        default void check() {}
    }

    Configuration(String file, Map<String, String> given, Map<String, String> environment, Map<String, String> set) {
        this.file = file;
        Map<String, String> defaults = manual();
        keys = new TreeSet<>(defaults.keySet());
        ValueFiles files = new ValueFiles(
                keys.stream().filter(key -> SECRET.matcher(key).find()).collect(Collectors.toSet()), wrongKeys);
        Map<String, String> own = files.read(given);
        Map<String, String> variables = files.readEnvironment(ServiceLinks.without(environment));
        KnownKeys known = new KnownKeys(keys);
        wrongKeys.addAll(known.problems(own.keySet(), file));
        wrongKeys.addAll(known.problems(set.keySet(), "The command"));
        wrongKeys.addAll(known.problemsOfEnvironment(variables.keySet()));
        config = new SmallRyeConfigBuilder()
                .withSources(
                        new PropertiesConfigSource(defaults, "defaults", 100),
                        new PropertiesConfigSource(own, file, 200),
                        new EnvConfigSource(variables, 300),
                        new PropertiesConfigSource(set, "command", 400))
                .withInterceptors((ConfigSourceInterceptor) Configuration::withReferences)
                .withConverter(Duration.class, 200, new Durations())
                .withConverter(MemorySize.class, 200, MemorySize::parse)
                .withConverter(Path.class, 200, Configuration::path)
                .withValidateUnknown(false)
                .build();
    }

    /**
     * Reads the configuration of a process.
     *
     * @param file of the user's, or null
     * @param set what a command sets, by key
     * @throws IOException when the file cannot be read
     * @throws IllegalArgumentException when a key is unknown or has another name now, naming it
     */
    public static Configuration load(Path file, Map<String, String> set) throws IOException {
        Configuration configuration = inspect(file, set);
        Set<String> links = ServiceLinks.in(System.getenv());
        if (!links.isEmpty()) {
            log.info(
                    "{} are service links of Kubernetes and no settings; they are left out."
                            + " enableServiceLinks: false in the pod turns them off.",
                    String.join(", ", links));
        }
        return configuration.withKnownKeys();
    }

    /**
     * As {@link #load}, for who shows what is wrong rather than to run with it: {@link #problems} tells also of unknown
     * keys.
     *
     * @throws IOException when the file cannot be read
     */
    public static Configuration inspect(Path file, Map<String, String> set) throws IOException {
        return new Configuration(String.valueOf(file), file == null ? Map.of() : read(file), System.getenv(), set);
    }

    Configuration withKnownKeys() {
        if (!wrongKeys.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", wrongKeys));
        }
        return this;
    }

    /**
     * The defaults, and over them these values, whatever the environment holds.
     *
     * @throws IllegalArgumentException when a key is unknown or has another name now, naming it
     */
    public static Configuration of(Map<String, String> set) {
        return new Configuration("none", Map.of(), Map.of(), set).withKnownKeys();
    }

    /**
     * Folder of Segwatch, at which relative paths start: the system property segwatch.home, or where Java was started.
     */
    public static Path home() {
        return Path.of(System.getProperty("segwatch.home", "")).toAbsolutePath();
    }

    private static Path path(String text) {
        try {
            // What is left empty is no path, and not Segwatch's own folder.
            return text.isBlank() ? null : home().resolve(text.strip());
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "this process's locale cannot write the name (" + System.getProperty("sun.jnu.encoding")
                            + "); start it with LC_ALL=C.UTF-8",
                    e);
        }
    }

    /**
     * A duration as people write it: 500ms, 10s, 5m, 2h, 1d.
     *
     * @throws IllegalArgumentException when the text is none, with an example of one
     */
    public static Duration duration(String text) {
        return new Durations().convert(text);
    }

    /** The duration in the notation that {@link #duration} reads, in the largest unit that gives a whole number. */
    public static String text(Duration duration) {
        return Durations.text(duration);
    }

    /**
     * The keys of one mapping.
     *
     * @throws IllegalArgumentException when a value is missing, cannot be read or is not allowed, naming the key, the
     *     value and what it must be
     */
    public synchronized <T> T get(Class<T> mapping) {
        ConfigClass type = ConfigClass.configClass(mapping);
        checks(type).forEach(KeyCheck::run);
        ConfigMappings.registerConfigMappings(config, Set.of(type));
        T values = config.getConfigMapping(mapping);
        if (values instanceof Checked checked) {
            checked.check();
        }
        return values;
    }

    private List<KeyCheck> checks(ConfigClass type) {
        List<KeyCheck> checks = new ArrayList<>();
        new TreeMap<>(ConfigMappings.getProperties(type)).forEach((key, property) -> {
            if (!property.isGroup()) {
                // SmallRye marks a list with [*].
                checks.add(new KeyCheck(config, key.replace("[*]", ""), property.getMethod()));
            }
        });
        return checks;
    }

    /** All that {@link #load} and {@link #get} refuse, a sentence each; empty when nothing is wrong. */
    public List<String> problems(List<Class<?>> mappings) {
        List<String> problems = new ArrayList<>(wrongKeys);
        for (Class<?> mapping : mappings) {
            int before = problems.size();
            checks(ConfigClass.configClass(mapping)).forEach(check -> addProblem(check::run, problems));
            if (problems.size() == before) {
                addProblem(() -> get(mapping), problems);
            }
        }
        return problems;
    }

    private static void addProblem(Runnable check, List<String> problems) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
        }
    }

    /**
     * A key with what it is set to.
     *
     * @param value as written, with references replaced; {@code ***} for a secret, empty where it is not set
     * @param source the file, {@code environment}, {@code command} or {@code default}
     */
    public record Setting(String key, String value, String source) {}

    /** Every key, in order. */
    public List<Setting> settings() {
        return keys.stream().map(this::setting).toList();
    }

    private Setting setting(String key) {
        ConfigValue value = config.getConfigValue(key);
        String text = value.getValue() == null ? "" : value.getValue().strip();
        boolean secret = SECRET.matcher(key).find() && !text.isEmpty();
        String source = switch (value.getConfigSourceOrdinal()) {
            case 200 -> file;
            case 300 -> "environment";
            case 400 -> "command";
            default -> "default";
        };
        return new Setting(key, secret ? "***" : text, source);
    }

    /** Each reference is replaced by the value that its key has, whichever source it comes from. */
    private static ConfigValue withReferences(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        if (value == null || value.getValue() == null) {
            return value;
        }
        return value.withValue(REFERENCE
                .matcher(value.getValue())
                .replaceAll(reference -> Matcher.quoteReplacement(referred(context, name, reference.group(1)))));
    }

    private static String referred(ConfigSourceInterceptorContext context, String name, String key) {
        ConfigValue value = context.proceed(key);
        if (value == null || value.getValue() == null) {
            throw new IllegalArgumentException(name + " names the key " + key + ", which is not set");
        }
        return value.getValue();
    }

    private static Map<String, String> manual() {
        try (InputStream in = Configuration.class.getResourceAsStream(MANUAL)) {
            return strings(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The lines of a {@link Properties} file in UTF-8, with or without a byte order mark.
     *
     * @throws IOException when it cannot be read, naming it and the line that is not UTF-8
     */
    public static Map<String, String> read(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("There is no file " + file, e);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(in).toString();
            return strings(new StringReader(text.startsWith("\ufeff") ? text.substring(1) : text));
        } catch (CharacterCodingException e) {
            long line = 1
                    + IntStream.range(0, in.position())
                            .filter(i -> bytes[i] == '\n')
                            .count();
            throw new IOException(file + " line " + line + " is not UTF-8; save the file in that encoding", e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " has a \\u that is no code of a character; write a backslash as \\\\", e);
        }
    }

    private static Map<String, String> strings(Reader in) throws IOException {
        Properties properties = new Properties();
        properties.load(in);
        Map<String, String> strings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> strings.put(name, properties.getProperty(name)));
        return strings;
    }
}
