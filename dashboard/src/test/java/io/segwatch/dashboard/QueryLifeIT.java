package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QueryLifeIT extends RunningDashboard {
    @Test
    void aQueryThatIsTriedIsDeletedWhenItsTimeIsOverAndNoOther() throws Exception {
        send("POST", "/api/queries", "{\"id\":\"car\",\"text\":\"car\"}");
        long soon = System.currentTimeMillis() + 500;
        send("POST", "/api/queries", "{\"id\":\"tried\",\"text\":\"lorry\",\"expiresAtMs\":" + soon + "}");
        long later = System.currentTimeMillis() + 600_000;
        send("POST", "/api/queries", "{\"id\":\"longer\",\"text\":\"van\",\"expiresAtMs\":\"" + later + "\"}");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> send("GET", "/api/queries/tried", null).statusCode() == 404);
        assertThat(send("GET", "/api/queries/car", null).statusCode()).isEqualTo(200);
        assertThat(send("GET", "/api/queries/longer", null).statusCode()).isEqualTo(200);
    }

    @Test
    void sixteenQueriesAndMoreHaveColoursOfTheirOwn() throws Exception {
        Set<String> colors = new HashSet<>();
        for (int i = 0; i < 17; i++) {
            colors.add(json(send("POST", "/api/queries", "{\"text\":\"thing " + i + "\"}"))
                    .getString("color"));
        }
        assertThat(colors).hasSize(17);
    }

    @Test
    void aThresholdOutsideItsRangeIsRefused() throws Exception {
        assertProblem(send("POST", "/api/queries", "{\"text\":\"bus\",\"threshold\":1.5}"), 400, "threshold");
        assertProblem(send("POST", "/api/queries", "{\"text\":\"bus\",\"threshold\":0.01}"), 400, "threshold");
        assertThat(json(send("POST", "/api/queries", "{\"text\":\"bus\",\"threshold\":0.7}"))
                        .getDouble("threshold"))
                .isEqualTo(0.7);
    }

    @Test
    void aBowTieIsRefusedAndTwoZonesOfOneNameAreTold() throws Exception {
        String bowTie =
                "[{\"points\":[{\"x\":0.1,\"y\":0.1},{\"x\":0.9,\"y\":0.9},{\"x\":0.9,\"y\":0.1},{\"x\":0.1,\"y\":0.9}]}]";
        String square = "[{\"points\":[{\"x\":0.1,\"y\":0.1},{\"x\":0.9,\"y\":0.1},{\"x\":0.9,\"y\":0.9}]}]";
        assertProblem(
                send(
                        "POST",
                        "/api/cameras",
                        "{\"url\":\"file:/a.mp4\",\"zones\":[{\"name\":\"Bow\",\"rings\":" + bowTie + "}]}"),
                400,
                "zones[0].rings");
        String twice = "{\"name\":\"Lane\",\"rings\":" + square + "}";
        assertThat(send("POST", "/api/cameras", "{\"url\":\"file:/a.mp4\",\"zones\":[" + twice + "," + twice + "]}")
                        .body())
                .contains("they cannot be told apart");
    }
}
