package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RuleOptionsTest {
    @Test
    void aShareIsTheDefaultAndClosesAtThreeFifths() {
        ObjectNode rule = options("--query", "person", "--enter", "8%").toJson();

        assertThat(rule.path("measure").asText()).isEqualTo("SHARE");
        assertThat(rule.path("enter").asDouble()).isEqualTo(0.08);
        assertThat(rule.path("exit").asDouble()).isCloseTo(0.048, within(1e-9));
        assertThat(rule.has("schedule")).isFalse();
    }

    @Test
    void aChangeIsInDeviationsEitherWay() {
        assertThat(options("--measure", "change").toJson().path("enter").asDouble())
                .isEqualTo(3);
        ObjectNode less = options("--measure", "change", "--below").toJson();
        assertThat(less.path("enter").asDouble()).isEqualTo(-3);
        assertThat(less.path("exit").asDouble()).isCloseTo(-1.8, within(1e-9));
    }

    @Test
    void hoursAreWrittenAsPeopleWriteThem() {
        ObjectNode rule = options(
                        "--hours", "Fri-Mon 22:00-06:00", "--hours", "08:30-24:00", "--time-zone", "Europe/Berlin")
                .toJson();

        assertThat(rule.path("schedule"))
                .hasToString("{\"timeZone\":\"Europe/Berlin\",\"intervals\":["
                        + "{\"days\":[5,6,7,1],\"startMinute\":1320,\"endMinute\":360},"
                        + "{\"days\":[],\"startMinute\":510,\"endMinute\":1440}]}");
        assertThatThrownBy(() -> options("--hours", "noon").toJson())
                .hasMessage("--hours noon is not understood; write for example 22:00-06:00 or Mon-Fri 08:00-18:00");
        assertThatThrownBy(() -> options("--hours", "Someday 10:00-11:00").toJson())
                .hasMessageContaining("Someday");
    }

    private static RuleCommand.RuleOptions options(String... arguments) {
        RuleCommand.RuleOptions options = new RuleCommand.RuleOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("rule", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(arguments);
        return options;
    }
}
