package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.segwatch.contracts.DefaultRule;
import io.segwatch.v1.Interval;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Schedule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class RuleOptionsTest {
    @Test
    void isTheDefaultRuleWhereNothingElseIsGiven() {
        assertThat(options("--query", "person").toRule())
                .isEqualTo(DefaultRule.of("person").toBuilder().clearId().build());
    }

    @Test
    void aShareIsTheDefaultAndClearsAtThreeFifths() {
        Rule rule = options("--query", "person", "--trigger", "8%").toRule();

        assertThat(rule.getMeasure()).isEqualTo(Rule.Measure.SHARE);
        assertThat(rule.getEnter()).isEqualTo(0.08);
        assertThat(rule.getExit()).isCloseTo(0.048, within(1e-9));
        assertThat(rule.hasSchedule()).isFalse();
    }

    @Test
    void aChangeIsInDeviationsEitherWay() {
        assertThat(options("--measure", "change").toRule().getEnter()).isEqualTo(3);
        Rule less = options("--measure", "change", "--absence").toRule();
        assertThat(less.getEnter()).isEqualTo(-3);
        assertThat(less.getExit()).isCloseTo(-1.8, within(1e-9));
    }

    @Test
    void optionsGoByTheirFormerNamesToo() {
        Rule former = options(
                        "--query",
                        "person",
                        "--enter",
                        "5%",
                        "--exit",
                        "1%",
                        "--dwell",
                        "3",
                        "--exit-dwell",
                        "0.5",
                        "--min-component",
                        "1%",
                        "--below",
                        "--measure",
                        "PEAK_PROBABILITY")
                .toRule();
        Rule now = options(
                        "--query",
                        "person",
                        "--trigger",
                        "5%",
                        "--clear",
                        "1%",
                        "--for",
                        "3s",
                        "--clear-after",
                        "500ms",
                        "--ignore-smaller",
                        "1%",
                        "--absence",
                        "--measure",
                        "peak-confidence")
                .toRule();

        assertThat(former).isEqualTo(now);
        assertThat(now.getDwellMs()).isEqualTo(3_000);
        assertThat(now.getExitDwellMs()).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--trigger | much | --trigger much is no share; give for example 5% or 0.05",
                "--for | long | --for long is no duration; give for example 3s, 500ms or 2m",
                "--frames | 3 | --frames 3 is no K/N; give for example 3/6"
            })
    void namesTheOptionThatCannotBeRead(String option, String value, String message) {
        assertThatThrownBy(() -> options(option, value).toRule()).hasMessage(message);
    }

    @Test
    void hoursAreWrittenAsPeopleWriteThem() {
        Rule rule = options("--hours", "Fri-Mon 22:00-06:00", "--hours", "08:30-24:00", "--time-zone", "Europe/Berlin")
                .toRule();

        assertThat(rule.getSchedule())
                .isEqualTo(Schedule.newBuilder()
                        .setTimeZone("Europe/Berlin")
                        .addIntervals(Interval.newBuilder()
                                .addAllDays(List.of(5, 6, 7, 1))
                                .setStartMinute(1_320)
                                .setEndMinute(360))
                        .addIntervals(Interval.newBuilder().setStartMinute(510).setEndMinute(1_440))
                        .build());
        assertThatThrownBy(() -> options("--hours", "noon").toRule())
                .hasMessage("--hours noon is not understood; write for example 22:00-06:00 or Mon-Fri 08:00-18:00");
        assertThatThrownBy(() -> options("--hours", "Someday 10:00-11:00").toRule())
                .hasMessageContaining("Someday");
    }

    private static RuleOptions options(String... arguments) {
        RuleOptions options = new RuleOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("rule", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(arguments);
        return options;
    }
}
