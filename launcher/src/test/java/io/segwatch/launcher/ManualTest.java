package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.segwatch.config.Allowed;
import io.segwatch.config.Configuration;
import io.segwatch.config.MemorySize;
import io.segwatch.dashboard.DashboardConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds segwatch.properties to the keys that the modules declare, and the modules to it. */
class ManualTest {
    private static final List<Class<?>> MAPPINGS = mappings();
    private static final Map<String, Method> KEYS = keys();
    private static final Map<String, String> COMMENTS = comments();

    @Test
    void holdsEveryKeyThatIsDeclaredAndNoOther() {
        assertThat(COMMENTS.keySet()).containsExactlyInAnyOrderElementsOf(KEYS.keySet());
    }

    @ParameterizedTest
    @MethodSource("keyNames")
    void saysOfEachKeyWhatItIsAndItsBounds(String key) {
        Method method = KEYS.get(key);
        Allowed allowed = method.getAnnotation(Allowed.class);
        assertThat(COMMENTS.get(key)).as("comment above %s", key).isNotBlank();
        if (hasAmounts(method.getReturnType())) {
            assertThat(allowed).as("bounds of %s", key).isNotNull();
        }
        if (allowed != null) {
            assertThat(allowed.values())
                    .allSatisfy(value -> assertThat(COMMENTS.get(key)).contains(value));
            assertThat(COMMENTS.get(key))
                    .contains(allowed.max().isEmpty() ? "" : allowed.min() + " to " + allowed.max());
        }
    }

    @Test
    void givesDefaultsThatAreAllowed() {
        Configuration defaults = Configuration.of(Map.of());
        assertThat(MAPPINGS)
                .hasSize(7)
                .allSatisfy(mapping -> assertThat(defaults.get(mapping)).isNotNull());
    }

    @Test
    void letsNobodyInFromOutsideWithoutAToken() {
        assertThatThrownBy(() -> Configuration.of(Map.of("segwatch.dashboard.host", "0.0.0.0"))
                        .get(DashboardConfig.class))
                .hasMessageContaining("segwatch.dashboard.host is 0.0.0.0, which others can reach")
                .hasMessageContaining("segwatch.dashboard.token must be set");
        assertThatThrownBy(() -> Configuration.of(Map.of("segwatch.dashboard.token", "secret"))
                        .get(DashboardConfig.class))
                .hasMessage("segwatch.dashboard.token must have 16 to 200 characters, not 6");
    }

    @Test
    void asksForAnAddressWhenNoBrokerRunsInTheProcess() {
        NodeConfig config = Configuration.of(Map.of()).get(NodeConfig.class);
        assertThatThrownBy(config::connect).hasMessageContaining("segwatch.kafka.bootstrap-servers");
    }

    static Stream<String> keyNames() {
        return KEYS.keySet().stream();
    }

    private static boolean hasAmounts(Class<?> type) {
        return type.isPrimitive() && type != boolean.class || type == Duration.class || type == MemorySize.class;
    }

    private static List<Class<?>> mappings() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.segwatch").stream()
                        .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                        .<Class<?>>map(JavaClass::reflect)
                        .toList();
    }

    private static Map<String, Method> keys() {
        Map<String, Method> keys = new TreeMap<>();
        for (Class<?> mapping : MAPPINGS) {
            ConfigMappings.getProperties(ConfigClass.configClass(mapping)).forEach((key, property) -> {
                if (!property.isGroup()) {
                    keys.put(key.replace("[*]", ""), property.getMethod());
                }
            });
        }
        return keys;
    }

    /** The comment directly above each key, by key. */
    private static Map<String, String> comments() {
        Map<String, String> comments = new HashMap<>();
        try (BufferedReader manual = new BufferedReader(new InputStreamReader(
                Configuration.class.getResourceAsStream("segwatch.properties"), StandardCharsets.UTF_8))) {
            StringBuilder comment = new StringBuilder();
            for (String line : manual.lines().toList()) {
                if (line.startsWith("# ")) {
                    comment.append(line.substring(1));
                    continue;
                }
                if (line.contains("=") && !line.startsWith("#")) {
                    comments.put(line.substring(0, line.indexOf('=')), comment.toString());
                }
                comment.setLength(0);
            }
            return comments;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
