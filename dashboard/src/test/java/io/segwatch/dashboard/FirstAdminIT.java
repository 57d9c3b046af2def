package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The first account, made at the start from a file. */
class FirstAdminIT extends RunningDashboard {
    private static final String PASSWORD = "a long sentence of an admin";

    @Test
    void isMadeFromAFileAndWithoutAnyAccountNobodyComesInWhereOthersCanReachThePage() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "short\n");
        DashboardConfig config = config("host", "0.0.0.0", "admin-password-file", file.toString());
        assertThatThrownBy(() -> startOther(config)).hasMessageContaining("10 to 200 characters");
        assertThat(Caller.nobody(role).get("/api/me").statusCode()).isEqualTo(200);

        Files.writeString(file, PASSWORD + "\nand a second line\n");
        try (DashboardRole reached = startOther(config)) {
            Caller admin = Caller.loggedIn(reached, "admin", PASSWORD);
            assertThat(admin.json("/api/me").getString("role")).isEqualTo("ADMIN");
            assertThat(everythingIn(Topic.ACCESS)).doesNotContain(PASSWORD);
            await().untilAsserted(() ->
                    assertThat(Caller.nobody(role).get("/api/me").statusCode()).isEqualTo(401));

            // By whoever may write the topic, for the API lets the last admin stay.
            Kafka.sender(Topic.ACCESS, producer, "test").delete("account/admin", (written, failure) -> {});
            await().untilAsserted(() -> assertThat(
                            Caller.nobody(reached).json("/login/options").getBoolean("accounts"))
                    .isFalse());
            assertThat(Caller.nobody(reached).get("/api/me").statusCode()).isEqualTo(401);
            assertThat(admin.get("/api/me").statusCode()).isEqualTo(401);
        }
    }
}
