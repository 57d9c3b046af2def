package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.artifact.versioning.ComparableVersion;
import org.junit.jupiter.api.Test;

/**
 * What the product is made of: each library is one that was agreed to, byte for byte and with its licence, and none has
 * a fault that is known. Without a network; the lists are in the folder {@code supply}.
 *
 * <p>{@code mvn … -Dsegwatch.supply.renew=true} writes the list of parts anew, for a person to read as a change.
 */
class SupplyChainIT {
    private static final Path ROOT = Path.of("..");
    private static final Path BOM = Path.of("target/sbom/segwatch.cdx.json");
    private static final Path CLASSPATH = Path.of("target/classpath");
    private static final Pattern PURL =
            Pattern.compile("pkg:maven/([^/]+)/([^@]+)@([^?]+)\\?(?:classifier=([^&]+)&)?type=jar");
    private static final Path PARTS = ROOT.resolve("supply/parts.txt");
    private static final Path FAULTS = ROOT.resolve("supply/known-faults.json");
    private static final String HEAD =
            "# What a release is made of: package, SHA-256, licence. Renewed by .ci/renew-parts; "
                    + "a build whose parts differ fails.\n";
    private static final int OLD_DAYS = 90;
    private static final ObjectMapper json = new ObjectMapper();

    /** A package of an ecosystem in one version. */
    private record Part(String ecosystem, String name, String version) {}

    /** What is listed: hash and licence by package. */
    private static TreeMap<String, String> parts() throws IOException {
        TreeMap<String, String> parts = new TreeMap<>();
        for (String line : Files.readAllLines(PARTS)) {
            if (!line.startsWith("#")) {
                parts.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
            }
        }
        return parts;
    }

    /** What the bill of materials has, which Maven writes only with a network. */
    private static TreeMap<String, String> inTheBill() throws IOException {
        TreeMap<String, String> parts = new TreeMap<>();
        for (JsonNode component : json.readTree(BOM.toFile()).path("components")) {
            if (!component.path("group").asText().equals("io.segwatch")) {
                parts.put(component.path("purl").asText(), hash(component) + " " + licence(component));
            }
        }
        return parts;
    }

    /** Hash by file name of each library that the product is started with. */
    private static TreeMap<String, String> libraries() throws IOException, GeneralSecurityException {
        TreeMap<String, String> libraries = new TreeMap<>();
        for (String entry : Files.readString(CLASSPATH).strip().split(File.pathSeparator)) {
            Path file = Path.of(entry);
            String name = file.getFileName().toString();
            if (name.endsWith(".jar") && !name.startsWith("segwatch-")) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                libraries.put(name, HexFormat.of().formatHex(hash));
            }
        }
        return libraries;
    }

    /** The name of a package's file in Maven's repositories. */
    static String fileOf(String purl) {
        Matcher parts = PURL.matcher(purl);
        assertThat(parts.matches()).as(purl).isTrue();
        String classifier = parts.group(4) == null ? "" : "-" + parts.group(4);
        return parts.group(2) + "-" + parts.group(3) + classifier + ".jar";
    }

    private static String hash(JsonNode component) {
        for (JsonNode hash : component.path("hashes")) {
            if (hash.path("alg").asText().equals("SHA-256")) {
                return hash.path("content").asText();
            }
        }
        return "no-hash";
    }

    private static String licence(JsonNode component) {
        List<String> names = new ArrayList<>();
        for (JsonNode each : component.path("licenses")) {
            JsonNode licence = each.path("license");
            String name = licence.path("id").asText(licence.path("name").asText());
            names.add(each.has("expression") ? each.path("expression").asText() : name);
        }
        return names.isEmpty() ? "unsaid" : String.join(" or ", names);
    }

    @Test
    void everyLibraryIsTheOneThatIsListedByteForByteAndHasALicence() throws Exception {
        if (Boolean.getBoolean("segwatch.supply.renew")) {
            StringBuilder now = new StringBuilder(HEAD);
            inTheBill()
                    .forEach((purl, rest) ->
                            now.append(purl).append(' ').append(rest).append('\n'));
            Files.writeString(PARTS, now);
        }
        TreeMap<String, String> listed = new TreeMap<>();
        parts().forEach((purl, rest) -> listed.put(fileOf(purl), rest.split(" ", 2)[0]));
        assertThat(libraries())
                .as("libraries; where they differ from supply/parts.txt, read the change, then run .ci/renew-parts")
                .containsExactlyInAnyOrderEntriesOf(listed);
        assertThat(parts().values()).allMatch(rest -> rest.split(" ", 2).length == 2);
    }

    @Test
    void noPartHasAFaultThatIsKnown() throws Exception {
        JsonNode list = json.readTree(FAULTS.toFile());
        LocalDate renewed = LocalDate.parse(list.path("renewed").asText());
        if (renewed.plusDays(OLD_DAYS).isBefore(LocalDate.now())) {
            System.out.println("WARNING: supply/known-faults.json is of " + renewed
                    + " and knows no newer faults; run .ci/renew-known-faults");
        }
        List<Part> all = new ArrayList<>();
        parts().keySet().forEach(purl -> all.add(maven(purl)));
        all.addAll(npm());
        all.addAll(python());
        assertThat(all).hasSizeGreaterThan(100);
        assertThat(all.stream().flatMap(part -> faults(list, part).stream()))
                .as("parts with known faults; take a version that mends them")
                .isEmpty();
    }

    @Test
    void aFaultyVersionIsFoundByItsRangeOrByItsName() throws Exception {
        JsonNode list = json.readTree(FAULTS.toFile());
        assertThat(faults(list, new Part("npm", "uplot", "1.6.30")))
                .singleElement()
                .asString()
                .contains("CVE-2024-21489");
        assertThat(faults(list, new Part("npm", "uplot", "1.6.32"))).isEmpty();
        assertThat(faults(list, new Part("Maven", "org.bytedeco:ffmpeg", "8.0.1-1.5.13")))
                .isNotEmpty();
        assertThat(faults(list, new Part("Maven", "org.apache.logging.log4j:log4j-core", "2.14.1")))
                .hasSize(4);
        JsonNode named = json.readTree("{\"vulns\":[{\"id\":\"X\",\"affected\":[{\"package\":{\"ecosystem\":\"PyPI\","
                + "\"name\":\"a\"},\"versions\":[\"1.0\"]}]}]}");
        assertThat(faults(named, new Part("PyPI", "a", "1.0"))).isNotEmpty();
        assertThat(faults(named, new Part("PyPI", "a", "1.1"))).isEmpty();
    }

    @Test
    void noToolkitForWindowsIsAmongTheParts() throws Exception {
        assertThat(parts().keySet()).noneMatch(purl -> purl.contains("openjfx") || purl.contains("javafx"));
    }

    /** Names of the faults, in the form of osv.dev, that this version has. */
    private static List<String> faults(JsonNode list, Part part) {
        List<String> found = new ArrayList<>();
        for (JsonNode fault : list.path("vulns")) {
            for (JsonNode affected : fault.path("affected")) {
                if (affected.path("package").path("ecosystem").asText().equals(part.ecosystem())
                        && affected.path("package").path("name").asText().equalsIgnoreCase(part.name())
                        && isAffected(affected, part.version())) {
                    found.add(part + " has " + fault.path("id").asText() + ": "
                            + fault.path("summary").asText());
                    break;
                }
            }
        }
        return found;
    }

    private static boolean isAffected(JsonNode affected, String version) {
        for (JsonNode named : affected.path("versions")) {
            if (named.asText().equals(version)) {
                return true;
            }
        }
        ComparableVersion has = new ComparableVersion(version);
        for (JsonNode range : affected.path("ranges")) {
            boolean inside = false;
            for (JsonNode event : range.path("events")) {
                if (event.has("introduced")) {
                    inside |= has.compareTo(new ComparableVersion(
                                    event.path("introduced").asText()))
                            >= 0;
                } else if (event.has("fixed")) {
                    inside &= has.compareTo(
                                    new ComparableVersion(event.path("fixed").asText()))
                            < 0;
                } else if (event.has("last_affected")) {
                    inside &= has.compareTo(new ComparableVersion(
                                    event.path("last_affected").asText()))
                            <= 0;
                }
            }
            if (inside && !range.path("type").asText().equals("GIT")) {
                return true;
            }
        }
        return false;
    }

    private static Part maven(String purl) {
        String[] parts =
                purl.replaceFirst("^pkg:maven/", "").replaceFirst("\\?.*", "").split("[/@]");
        return new Part("Maven", parts[0] + ":" + parts[1], parts[2]);
    }

    /** What the page loads, and what its checks are made with, as the lock has them. */
    private static List<Part> npm() throws IOException {
        List<Part> parts = new ArrayList<>();
        JsonNode lock = json.readTree(
                ROOT.resolve("dashboard/web-tests/package-lock.json").toFile());
        lock.path("packages").properties().forEach(entry -> {
            if (!entry.getKey().isEmpty()) {
                assertThat(entry.getValue().path("integrity").asText())
                        .as("the lock's hash of %s", entry.getKey())
                        .startsWith("sha512-");
                String name = entry.getKey().replaceFirst(".*node_modules/", "");
                parts.add(new Part("npm", name, entry.getValue().path("version").asText()));
            }
        });
        return parts;
    }

    private static List<Part> python() throws IOException {
        try (Stream<String> lines = Files.lines(ROOT.resolve("examples/python/requirements.txt"))) {
            return lines.filter(line -> line.contains("=="))
                    .map(line -> line.split("==|\\s"))
                    .map(words -> new Part("PyPI", words[0], words[1]))
                    .toList();
        }
    }
}
