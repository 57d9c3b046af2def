package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.config.Configuration;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for cameras, queries, rules and webhooks, against a running page. */
class CommandsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final String home = System.getProperty("user.home");
    private Node node;
    private URI page;

    @BeforeEach
    void start() throws Exception {
        int port = freePort();
        page = URI.create("http://127.0.0.1:" + port + "/");
        node = Node.start(
                Configuration.load(
                        null,
                        Map.of(
                                "segwatch.data-dir",
                                folder.resolve("data").toString(),
                                "segwatch.admin.port",
                                "0",
                                "segwatch.dashboard.port",
                                Integer.toString(port))),
                EnumSet.of(Node.RoleName.BROKER, Node.RoleName.INGEST, Node.RoleName.DASHBOARD),
                line -> {});
    }

    @AfterEach
    void stop() {
        System.setProperty("user.home", home);
        node.close();
    }

    @Test
    void listsACameraWithItsIdItsStateAndWhyItIsNotLive() {
        assertThat(run("camera", "list")).contains("No camera yet", "./segwatch camera add rtsp://");
        assertThat(run("camera", "add", "rtsp://127.0.0.1:1/stream1", "--id", "door"))
                .isEqualTo("Added camera door");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(run("camera", "list"))
                        .startsWith("door ")
                        .contains("OFFLINE", "0.0 fps", "rtsp://127.0.0.1:1/stream1"));
        assertThat(run("camera", "list", "--json")).startsWith("{\"id\":\"door\"");
        assertThat(run("camera", "remove", "door")).isEqualTo("Removed camera door");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(run("camera", "list")).contains("No camera yet"));
        assertThat(run("camera", "remove", "door")).contains("there is no camera door");
    }

    @Test
    void tellsWhatIsKeptAndWhatItWillComeTo() {
        assertThat(run("storage"))
                .contains("frames", "search vectors", "evidence, clips", "kept 14 days", "in total")
                .contains("The disk");
        assertThat(run("storage", "--topics")).contains("segwatch.area-hours", "kept 400 days");
        assertThat(run("storage", "--json")).startsWith("{\"atMs\":");
    }

    @Test
    void saysWhatAModelsRolloutLacks() {
        assertThat(run("model", "status")).contains("No rollout", "No process with the role inference reports");
        assertThat(run("model", "shadow")).contains("state needs a process with the role inference");
        assertThat(run("model", "canary")).contains("--camera");
        assertThat(run("model", "switch")).contains("begin one first");
        assertThat(run("model", "rollback")).contains("there is nothing to do");
        assertThat(run("model", "status", "--json")).contains("\"workers\":[]");
    }

    @Test
    void theFirstUserClosesTheDoorAndWhoLogsInOnceNeedsNoToken() throws Exception {
        System.setProperty("user.home", folder.toString());
        assertThat(run("user", "list")).contains("No user yet");
        assertThat(typing("short", "user", "add", "anna", "--role", "admin")).contains("password must have 10 to 200");
        assertThat(typing("a long sentence", "user", "add", "anna", "--role", "admin"))
                .isEqualTo("Added user anna (ADMIN)");
        assertThat(run("camera", "list")).contains("Authorization is missing");
        assertThat(typing("a wrong sentence", "login", "anna")).contains("password or name is wrong");
        assertThat(typing("a long sentence", "login", "anna")).startsWith("Logged in at " + page + " as anna (ADMIN)");
        Path kept = folder.resolve(".config/segwatch/tokens.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
        assertThat(run("camera", "list")).contains("No camera yet");

        typing("a guard's sentence", "user", "add", "guard", "--camera", "door");
        assertThat(run("user", "list"))
                .contains("anna", "ADMIN", "all cameras")
                .contains("guard", "VIEWER", "only door");
        assertThat(run("user", "set", "guard", "--disable")).contains("Changed user guard");
        assertThat(run("user", "list")).contains("disabled");
        assertThat(run("user", "set", "guard")).contains("Say what to change");
        String token = run("token", "create", "wall", "--user", "guard", "--days", "2");
        assertThat(token).contains("segwatch_");
        assertThat(run("token", "list"))
                .contains("wall", "only door", "never used")
                .doesNotContain("segwatch_");
        assertThat(run("token", "revoke", "nothing")).contains("there is no token nothing");
        assertThat(run("session", "list")).contains("Nobody is logged in on a page");
        assertThat(run("session", "end", "nothing")).contains("there is no session nothing");
        assertThat(run("user", "remove", "anna")).contains("last admin");
        assertThat(run("user", "remove", "guard")).isEqualTo("Removed user guard");

        assertThat(run("logout")).startsWith("Logged out of");
        assertThat(run("camera", "list")).contains("Authorization is missing");
        assertThat(run("logout")).startsWith("There is no log-in at");
    }

    private String typing(String line, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream((line + "\n").getBytes(StandardCharsets.UTF_8)));
        try {
            return run(arguments);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void setsHowACameraIsReadAndKeepsTheRest() {
        run("camera", "add", "rtsp://127.0.0.1:1/stream1", "--id", "yard", "--name", "Yard", "--read-timeout", "90s");
        assertThat(run(
                        "camera",
                        "set",
                        "yard",
                        "--transport",
                        "udp",
                        "--aspect",
                        "16:9",
                        "--option",
                        "max_delay=500000",
                        "--fps",
                        "2"))
                .isEqualTo("Changed camera yard");
        assertThat(run("camera", "list", "--json"))
                .contains(
                        "\"name\":\"Yard\"",
                        "\"targetFps\":2",
                        "\"transport\":\"UDP\"",
                        "\"readTimeoutMs\":90000",
                        "\"aspect\":\"16:9\"",
                        "\"max_delay\":\"500000\"");
        run("camera", "set", "yard", "--read-timeout", "default", "--option", "max_delay=");
        assertThat(run("camera", "list", "--json"))
                .contains("\"readTimeoutMs\":0", "\"transport\":\"UDP\"")
                .doesNotContain("max_delay");
        assertThat(run("camera", "set", "yard", "--interval", "5s"))
                .contains("stream.intervalMs", "still pictures at http://");
        assertThat(run("camera", "set", "yard", "--option", "protocol_whitelist=file"))
                .contains("stream.options", "may hold only");
        assertThat(run("camera", "set", "yard", "--transport", "carrier"))
                .isEqualTo("segwatch: --transport carrier is no transport; give auto, tcp or udp");
        assertThat(run("camera", "set", "nowhere", "--transport", "tcp")).contains("there is no camera nowhere");
    }

    @Test
    void listsQueriesAndRulesInWordsAndAsJson() {
        String[] rule = {"rule", "add", "--camera", "door", "--query", "delivery-van", "--enter", "5%", "--dwell", "3"};
        assertThat(run(rule)).contains("there is no query delivery-van");
        assertThat(run("query", "add", "delivery van", "--synonym", "parcel van", "--negative", "bus"))
                .isEqualTo("Added query delivery-van");
        assertThat(run("query", "list"))
                .matches("delivery-van +delivery van; or parcel van; not bus +\\(No process looks for it now; .*\\)");
        assertThat(run(rule)).contains("there is no camera door");
        run("camera", "add", "rtsp://127.0.0.1:1/stream1", "--id", "door");
        assertThat(run(rule)).isEqualTo("Added rule delivery-van");
        assertThat(run("rule", "list"))
                .matches(
                        "delivery-van +delivery-van covers 5.0 % or more of the picture for 3 s in 3 of 6 frames, clears"
                                + " under 3.0 %, on door");
        assertThat(run("rule", "list", "--json")).startsWith("{\"id\":\"delivery-van\"");
        assertThat(run("query", "add", "")).contains("text");
        assertThat(run("rule", "add", "--query", "delivery-van", "--measure", "size"))
                .contains("'size' is no measure; give share, peak-confidence, change or drift");
        assertThat(run("rule", "remove", "delivery-van")).isEqualTo("Removed rule delivery-van");
        assertThat(run("rule", "list")).contains("No rule yet");
    }

    @Test
    void aCameraGetsAndLosesPrivacyMasksAndKeepsTheRest() throws Exception {
        assertThat(run("camera", "add", "rtsp://127.0.0.1:1/a", "--id", "yard", "--mask", "gate=0,0 0.5,0 0,0.5"))
                .isEqualTo("Added camera yard");
        assertThat(run("camera", "set", "yard", "--fps", "3")).isEqualTo("Changed camera yard");
        assertThat(run("camera", "set", "yard", "--mask", "street=0.5,0.5 1,0.5 1,1", "--mask", "gate=0,0 0.2,0 0,0.2"))
                .contains("Note: privacyMasks acts from the next picture on", "Changed camera yard");
        assertThat(run("camera", "list", "--json"))
                .contains("\"targetFps\":3", "\"name\":\"street\"", "\"x\":0.2")
                .doesNotContain("\"y\":0.0},{\"x\":0.5");
        Path file = folder.resolve("masks.json");
        run("export", file.toString());
        assertThat(run("import", file.toString())).contains("same     camera yard");
        assertThat(run("camera", "set", "yard", "--mask", "0,0 1")).contains("--mask 0,0 1 has no corners");
        assertThat(run("camera", "set", "yard", "--mask", "0,0 1,1"))
                .contains("privacyMasks[2].outline needs 3 to 256");
        assertThat(run("camera", "set", "yard", "--unmask", "nobody")).contains("it has street, gate");
        run("camera", "set", "yard", "--unmask", "gate");
        assertThat(run("camera", "set", "yard", "--no-masks")).contains("hides nothing any more");
        assertThat(run("camera", "list", "--json")).contains("\"privacyMasks\":[]", "\"targetFps\":3");
        assertThat(run("camera", "set", "yard", "--hide", "people"))
                .contains("hiddenQueries[0] there is no query people; add it first");
        run("query", "add", "person");
        run("camera", "set", "yard", "--hide", "person");
        assertThat(run("camera", "list", "--json")).contains("\"hiddenQueries\":[\"person\"]");
        run("camera", "set", "yard", "--no-hide");
        assertThat(run("camera", "list", "--json")).contains("\"hiddenQueries\":[]");
        run("query", "remove", "person");
        assertThat(run("camera", "remove", "yard", "--with-data", "--no-wait"))
                .isEqualTo("Removed camera yard; what was kept of it is shown no more, and is being deleted");
        assertThat(run("camera", "list")).contains("No camera yet");
    }

    @Test
    void aWebhookGetsANewSecretAndKeepsTheRest() {
        assertThat(run("webhook", "add", "https://example.com/alerts", "--id", "hook", "--state", "open,close"))
                .contains("Added webhook hook")
                .contains("whsec_");
        assertThat(run("webhook", "rotate", "hook")).contains("The new secret of hook", "whsec_");
        assertThat(run("webhook", "list", "--json"))
                .contains("\"states\":[\"OPEN\",\"CLOSE\"]")
                .doesNotContain("whsec_");
        run("webhook", "add", "https://chat.example.com/services/a-token?key=another", "--id", "chat");
        assertThat(run("webhook", "list"))
                .contains("https://chat.example.com")
                .doesNotContain("a-token")
                .doesNotContain("another");
        assertThat(run("webhook", "add", "https://example.com/x", "--state", "ajar"))
                .isEqualTo("segwatch: --state ajar is no state of an alert; give open, update, close or digest");
        assertThat(run("webhook", "add", "https://ntfy.sh/desk", "--id", "phone", "--format", "ntfy"))
                .contains("stood in this command's arguments")
                .endsWith("Added webhook phone");
        assertThat(run("webhook", "add", "https://example.com/x", "--format", "fax"))
                .isEqualTo("segwatch: --format fax is none; give structured, binary, slack, teams, discord or ntfy");
        assertThat(run("webhook", "test", "phone")).contains("another process posts to webhooks");
        assertThat(run("webhook", "replay", "hook", "--from", "2h")).startsWith("Requested replay ");
    }

    @Test
    void aPasswordInTheArgumentsIsWarnedOfAndCanComeFromAFile() throws Exception {
        String open = run("camera", "add", "rtsp://u:hunter9@127.0.0.1:1/a", "--id", "open");
        assertThat(open)
                .contains("stood in this command's arguments", "--password-file")
                .doesNotContain("hunter9");
        assertThat(run("camera", "add", "rtsp://127.0.0.1:1/b", "--id", "argv", "--user", "u", "--password=hunter9"))
                .contains("The value of --password stood in this command's arguments")
                .doesNotContain("hunter9");
        Path file = Files.writeString(folder.resolve("password"), "hunter9\n");
        assertThat(run(
                        "camera",
                        "add",
                        "rtsp://127.0.0.1:1/c",
                        "--id",
                        "filed",
                        "--user",
                        "u",
                        "--password-file",
                        file.toString()))
                .isEqualTo("Added camera filed");
        for (String id : List.of("open", "argv", "filed")) {
            run("camera", "remove", id);
        }
    }

    @Test
    void whatIsExportedIsImportedAndSaysWhatIsNewChangedOrTheSame() throws Exception {
        run("camera", "add", "rtsp://127.0.0.1:1/stream1", "--id", "door", "--user", "admin", "--password=hunter9");
        run("query", "add", "delivery van");
        run("rule", "add", "--camera", "door", "--query", "delivery-van", "--trigger", "5%", "--for", "3s");
        run("webhook", "add", "https://example.com/alerts", "--id", "hook", "--rule", "delivery-van");
        Path file = folder.resolve("backup.json");
        Path login = folder.resolve("credentials.properties");
        Files.writeString(login, "door.user=admin\ndoor.password=hunter9\n");
        assertThat(run("export", file.toString())).isEqualTo("Exported to " + file);
        String exported = Files.readString(file);
        assertThat(exported).doesNotContain("hunter9", "admin", "whsec_", "etag");
        assertThat(run("export")).isEqualTo(exported.strip());
        assertThat(run("import", file.toString()))
                .contains("same     camera door", "same     webhook hook", "All of it was there already.");

        Files.writeString(file, exported.replace("delivery van", "parcel van"));
        assertThat(run("import", "--dry-run", file.toString()))
                .contains("changed  query delivery-van", "same     rule delivery-van", "Nothing was written");
        assertThat(run("query", "list")).contains("delivery van");
        assertThat(run("import", file.toString())).contains("Written: 1 of 4.");
        assertThat(run("query", "list")).contains("parcel van");

        for (String kind : List.of("webhook hook", "rule delivery-van", "query delivery-van", "camera door")) {
            run(kind.split(" ")[0], "remove", kind.split(" ")[1]);
        }
        assertThat(run("import", "--dry-run", file.toString()))
                .contains("its user and password are not in the document");
        assertThat(run("import", file.toString(), "--credentials", login.toString()))
                .contains("new      camera door", "Written: 4 of 4.");
        assertThat(run("export")).isEqualTo(Files.readString(file).strip());
        assertThat(folder.resolve("data/credentials.properties")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data/secrets.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void anImportIsRefusedByLineAndFieldOrTakenBackAsAWhole() throws Exception {
        Path file = folder.resolve("bad.json");
        Files.writeString(
                file,
                "{\"version\": 1,\n\"queries\": [{\"id\": \"van\", \"text\": \"van\"}],\n\"rules\": [{\"id\": \"r\",\n"
                        + "\"query\": \"bus\", \"enter\": 7}]}");
        assertThat(run("import", file.toString())).contains(file + " line 4: rules[0].enter", "Nothing was written.");
        assertThat(run("query", "list")).contains("No query yet");

        // A secret that is none is found by the server alone, after the query has been written.
        Files.writeString(
                file,
                "{\"version\": 1, \"queries\": [{\"id\": \"van\", \"text\": \"van\"}],"
                        + " \"webhooks\": [{\"id\": \"hook\", \"url\": \"https://example.com/x\"}]}");
        Path secrets = Files.writeString(folder.resolve("secrets.properties"), "hook=whsec_short\n");
        assertThat(run("import", file.toString(), "--secrets", secrets.toString()))
                .contains("segwatch: webhook hook: secret", "Everything is as it was before.")
                .doesNotContain("whsec_short");
        assertThat(run("query", "list")).contains("No query yet");
    }

    @Test
    void whatIsTheSameAsAnotherIsStoredWithANote() {
        run("query", "add", "person");
        assertThat(run("query", "add", "ＰＥＲＳＯＮ", "--id", "wide"))
                .contains("Added query wide")
                .contains("Note: text is that of query person too");
        assertThat(run("query", "list")).contains("No process looks for it now");
    }

    private String run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--api", page.toString()));
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said, true);
        Segwatch.commands().setOut(writer).setErr(writer).execute(all.toArray(String[]::new));
        return said.toString().strip();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
