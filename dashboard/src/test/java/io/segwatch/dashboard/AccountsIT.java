package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AccountsIT extends RunningDashboard {
    private static final String BOSS = "a long sentence of the boss";
    private static final String ANN = "a long sentence of ann";
    private static Caller boss;

    /** Where nobody has to log in, the first account closes the door. */
    @BeforeAll
    static void addTheFirstAccount() throws Exception {
        Caller local = Caller.nobody(role);
        assertThat(local.json("/api/me").getString("name")).isEqualTo("local");
        assertProblem(local.send("POST", "/api/users", user("ann", ANN, "VIEWER")), 400, "role");
        assertProblem(local.send("POST", "/api/users", user("Boss!", BOSS, "ADMIN")), 400, "name");
        assertProblem(local.send("POST", "/api/users", user("token", BOSS, "ADMIN")), 400, "name");
        assertProblem(local.send("POST", "/api/users", user("boss", "short", "ADMIN")), 400, "password");
        HttpResponse<String> added = local.send("POST", "/api/users", user("boss", BOSS, "ADMIN"));
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
        assertThat(added.body()).doesNotContain(BOSS).doesNotContain("argon2");
        assertThat(local.get("/api/me").statusCode()).isEqualTo(401);
        boss = Caller.loggedIn(role, "boss", BOSS);
    }

    private static String user(String name, String password, String userRole) {
        return new JsonObject()
                .put("name", name)
                .put("password", password)
                .put("role", userRole)
                .encode();
    }

    private static void add(String name, String userRole) throws Exception {
        HttpResponse<String> added = boss.send("POST", "/api/users", user(name, ANN, userRole));
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    }

    @Test
    void aLogInBeginsASessionThatLogOutEnds() throws Exception {
        add("ann", "VIEWER");
        Caller ann = Caller.loggedIn(role, " Ann ", ANN);
        assertThat(ann.json("/api/me"))
                .isEqualTo(new JsonObject()
                        .put("name", "ann")
                        .put("role", "VIEWER")
                        .put("cameras", new JsonArray())
                        .put("way", "SESSION")
                        .put("hasPassword", true));
        HttpResponse<String> left = ann.send("POST", "/logout", null);
        assertThat(left.headers().firstValue("Location")).contains("./login#left");
        assertThat(left.headers().firstValue("Set-Cookie").orElseThrow()).contains("Max-Age=0");
        assertThat(ann.get("/api/me").statusCode()).isEqualTo(401);
        assertThat(ann.get("/").headers().firstValue("Location")).contains("./login#expired");
    }

    @Test
    void aWrongNameIsRefusedAsAWrongPasswordIs() throws Exception {
        HttpResponse<String> name = Caller.form(role, Map.of("name", "nobody", "password", BOSS));
        HttpResponse<String> password = Caller.form(role, Map.of("name", "boss", "password", "something else"));
        assertThat(name.headers().firstValue("Location")).contains("./login#wrong");
        assertThat(password.headers().firstValue("Location")).contains("./login#wrong");
        assertThat(password.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(metric("segwatch_logins_total", "password", "wrong")).isGreaterThanOrEqualTo(2);
        // Right again, so that the tries of this address are forgotten.
        Caller.loggedIn(role, "boss", BOSS);
    }

    private static double metric(String name, String way, String outcome) {
        Double value = io.prometheus.client.CollectorRegistry.defaultRegistry.getSampleValue(
                name, new String[] {"way", "outcome"}, new String[] {way, outcome});
        return value == null ? 0 : value;
    }

    @Test
    void whatABrowserShowedBeforeTheLogInIsNoSession() throws Exception {
        String chosen = "segwatch=" + "A".repeat(43);
        HttpResponse<String> answer = Caller.form(role, Map.of("name", "boss", "password", BOSS), "Cookie", chosen);
        assertThat(Caller.cookie(answer)).isNotEqualTo(chosen);
        assertThat(new Caller(role, "Cookie", chosen).get("/api/me").statusCode())
                .isEqualTo(401);

        String first = Caller.cookie(answer);
        HttpResponse<String> again = Caller.form(role, Map.of("name", "boss", "password", BOSS), "Cookie", first);
        assertThat(Caller.cookie(again)).isNotEqualTo(first);
        await().untilAsserted(() -> assertThat(
                        new Caller(role, "Cookie", first).get("/api/me").statusCode())
                .isEqualTo(401));
    }

    @Test
    void allSessionsEndWhenPasswordRoleOrCamerasChangeOrTheAccountIsDisabledOrRemoved() throws Exception {
        add("bob", "VIEWER");
        for (String change : List.of(
                "{\"role\":\"OPERATOR\"}",
                "{\"cameras\":[\"door\"]}",
                "{\"password\":\"" + ANN + "\"}",
                "{\"disabled\":true}")) {
            Caller bob = Caller.loggedIn(role, "bob", ANN);
            assertThat(bob.get("/api/me").statusCode()).isEqualTo(200);
            HttpResponse<String> changed = boss.send("PUT", "/api/users/bob", change);
            assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
            assertThat(bob.get("/api/me").statusCode()).as(change).isEqualTo(401);
        }
        assertThat(Caller.form(role, Map.of("name", "bob", "password", ANN))
                        .headers()
                        .firstValue("Location"))
                .contains("./login#wrong");
        assertThat(boss.send("DELETE", "/api/users/bob", null).statusCode()).isEqualTo(204);
        assertProblem(boss.get("/api/users/bob"), 404, "id");
        Caller.loggedIn(role, "boss", BOSS);
    }

    @Test
    void aChangedPasswordKeepsTheBrowserThatChangedItAndNoOther() throws Exception {
        add("cleo", "VIEWER");
        Caller here = Caller.loggedIn(role, "cleo", ANN);
        Caller there = Caller.loggedIn(role, "cleo", ANN);
        String next = "another long sentence of cleo";
        JsonObject body = new JsonObject().put("oldPassword", "not it at all").put("password", next);
        assertProblem(here.send("PUT", "/api/me/password", body.encode()), 400, "oldPassword");
        HttpResponse<String> changed = here.send(
                "PUT", "/api/me/password", body.put("oldPassword", ANN).encode());
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(204);
        assertThat(there.get("/api/me").statusCode()).isEqualTo(401);
        assertThat(new Caller(role, "Cookie", Caller.cookie(changed))
                        .get("/api/me")
                        .statusCode())
                .isEqualTo(200);
        Caller.loggedIn(role, "cleo", next);
    }

    @Test
    void sessionsAreListedAndEndedByTheirOwnerAndByAnAdmin() throws Exception {
        add("dora", "OPERATOR");
        Caller dora = Caller.loggedIn(role, "dora", ANN);
        Caller again = Caller.loggedIn(role, "dora", ANN);
        JsonArray own = dora.json("/api/sessions").getJsonArray("sessions");
        assertThat(own)
                .hasSize(2)
                .allSatisfy(session ->
                        assertThat(((JsonObject) session).getString("user")).isEqualTo("dora"));
        String other = own.stream()
                .map(JsonObject.class::cast)
                .filter(session -> !session.getBoolean("current"))
                .findFirst()
                .orElseThrow()
                .getString("id");
        String ofBoss = boss.json("/api/sessions").getJsonArray("sessions").stream()
                .map(JsonObject.class::cast)
                .filter(session -> session.getBoolean("current"))
                .findFirst()
                .orElseThrow()
                .getString("id");
        assertProblem(dora.send("DELETE", "/api/sessions/" + ofBoss, null), 404, "id");
        assertThat(dora.send("DELETE", "/api/sessions/" + other, null).statusCode())
                .isEqualTo(204);
        assertThat(again.get("/api/me").statusCode()).isEqualTo(401);
        String last = dora.json("/api/sessions")
                .getJsonArray("sessions")
                .getJsonObject(0)
                .getString("id");
        assertThat(boss.send("DELETE", "/api/sessions/" + last, null).statusCode())
                .isEqualTo(204);
        assertThat(dora.get("/api/me").statusCode()).isEqualTo(401);
    }

    @Test
    void aTokenMayDoNoMoreThanItsScopeAndItsAccount() throws Exception {
        add("eve", "OPERATOR");
        Caller eve = Caller.loggedIn(role, "eve", ANN);
        assertProblem(eve.send("POST", "/api/tokens", "{\"name\":\"x\",\"role\":\"ADMIN\"}"), 400, "role");
        assertProblem(eve.send("POST", "/api/tokens", "{\"name\":\"x\",\"expiresAtMs\":1}"), 400, "expiresAtMs");
        assertProblem(eve.send("POST", "/api/tokens", "{\"name\":\"x\",\"user\":\"boss\"}"), 400, "user");
        JsonObject made = new JsonObject(eve.send("POST", "/api/tokens", "{\"name\":\"wall\",\"role\":\"VIEWER\"}")
                .body());
        Caller program = Caller.withToken(role, made.getString("token"));
        assertThat(program.json("/api/me").getString("role")).isEqualTo("VIEWER");
        assertThat(program.json("/api/me").getString("way")).isEqualTo("API_TOKEN");
        assertProblem(program.send("POST", "/api/queries", "{\"text\":\"a cat\"}"), 403, "role");
        assertProblem(program.send("POST", "/api/tokens", "{\"name\":\"more\"}"), 403, "Authorization");
        assertProblem(program.send("DELETE", "/api/sessions/0123", null), 403, "Authorization");
        assertProblem(program.send("DELETE", "/api/tokens/0123", null), 403, "Authorization");
        assertThat(eve.get("/api/tokens").body()).contains("wall").doesNotContain(made.getString("token"));
        assertThat(everythingIn(Topic.ACCESS)).doesNotContain(made.getString("token"));

        assertThat(boss.send("PUT", "/api/users/eve", "{\"disabled\":true}").statusCode())
                .isEqualTo(200);
        assertThat(program.get("/api/me").statusCode()).isEqualTo(401);
        assertThat(boss.send("PUT", "/api/users/eve", "{\"disabled\":false}").statusCode())
                .isEqualTo(200);
        assertThat(program.get("/api/me").statusCode()).isEqualTo(200);
        assertThat(boss.send("DELETE", "/api/tokens/" + made.getString("id"), null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(program.get("/api/me").statusCode()).isEqualTo(401);
        assertThat(Caller.withToken(role, made.getString("token") + "x")
                        .get("/api/me")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aTokenOfTheCommandLineDoesAllThatThePersonMay() throws Exception {
        JsonObject login =
                new JsonObject().put("name", "boss").put("password", BOSS).put("client", "laptop");
        HttpResponse<String> answer = Caller.nobody(role).send("POST", "/api/login", login.encode());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        Caller program = Caller.withToken(role, new JsonObject(answer.body()).getString("token"));
        assertThat(program.get("/api/users").statusCode()).isEqualTo(200);
        assertThat(program.send("DELETE", "/api/login", null).statusCode()).isEqualTo(204);
        assertThat(program.get("/api/users").statusCode()).isEqualTo(401);
        assertProblem(
                Caller.nobody(role)
                        .send(
                                "POST",
                                "/api/login",
                                login.put("password", "wrong").encode()),
                401,
                "password");
        Caller.loggedIn(role, "boss", BOSS);
    }

    @Test
    void theLastAdminStays() throws Exception {
        assertProblem(boss.send("PUT", "/api/users/boss", "{\"role\":\"VIEWER\"}"), 409, "role");
        assertProblem(boss.send("PUT", "/api/users/boss", "{\"disabled\":true}"), 409, "role");
        assertProblem(boss.send("DELETE", "/api/users/boss", null), 409, "role");
    }

    @Test
    void anotherDashboardKnowsAccountsAndSessionsAndSessionsExpire() throws Exception {
        try (DashboardRole other = startOther(config("session-lifetime", "1m", "session-idle", "1m"))) {
            assertThat(new Caller(other, boss.header(), boss.value())
                            .get("/api/me")
                            .statusCode())
                    .isEqualTo(200);
            String topic = everythingIn(Topic.ACCESS);
            assertThat(topic).contains("argon2id").doesNotContain(BOSS);
            assertThat(topic).doesNotContain(boss.value().substring(boss.value().indexOf('=') + 1));
        }
    }

    @Test
    void theFirstAdminsPasswordIsReadFromAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "short\n");
        DashboardConfig config = config("host", "0.0.0.0", "admin-password-file", file.toString());
        // There are accounts already: the file is of no use any more.
        try (DashboardRole other = startOther(config)) {
            assertThat(Caller.nobody(other).get("/api/me").statusCode()).isEqualTo(401);
        }
        assertThatThrownBy(() -> config("host", "0.0.0.0")).hasMessageContaining("admin-password-file");
    }
}
