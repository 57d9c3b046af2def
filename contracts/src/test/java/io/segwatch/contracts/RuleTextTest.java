package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Rule;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTextTest {
    @Test
    void saysWhatADefaultRuleDoes() {
        assertThat(sentence(DefaultRule.of("person")))
                .isEqualTo("PERSON covers 5.0 % or more of the picture for 2 s in 3 of 6 frames, clears under 3.0 %,"
                        + " on all cameras");
    }

    @Test
    void saysWhereAndOnWhichCameras() {
        Rule rule = DefaultRule.of("person").toBuilder()
                .setZone("gate")
                .addAllCameras(List.of("door", "yard"))
                .setDwellMs(0)
                .setK(0)
                .setN(0)
                .build();
        assertThat(sentence(rule)).isEqualTo("PERSON covers 5.0 % or more of GATE, clears under 3.0 %, on DOOR, YARD");
    }

    @Test
    void repeatsAnExpression() {
        Rule rule = Rule.newBuilder()
                .setExpression("car / person > 2")
                .setZone("gate")
                .setDwellMs(90_000)
                .build();
        assertThat(sentence(rule)).isEqualTo("car / person > 2 in GATE for 1.5 min, on all cameras");
    }

    @ParameterizedTest
    @CsvSource({
        "SHARE, false, 0.05, 0.03, covers 5.0 % or more of",
        "SHARE, true, 0.05, 0.083333, covers 5.0 % or less of",
        "PEAK_PROBABILITY, false, 0.5, 0.3, has a peak confidence of 50.0 % or more in",
        "CHANGE, false, 3, 1.8, differs from its hourly baseline by 3.0 standard deviations or more in",
        "CHANGE, true, -3, -1.8, differs from its hourly baseline by -3.0 standard deviations or less in",
        "DRIFT, false, 0.3, 0.18, drifts by 30.0 % or more from its accepted baseline in"
    })
    void eachMeasureHasThresholdsThatAreValidAndASentence(
            Rule.Measure measure, boolean below, double enter, double exit, String words) {
        Rule rule = DefaultRule.of("person", measure, below);

        assertThat(Definitions.check(rule)).isEmpty();
        assertThat(rule.getEnter()).isEqualTo(enter);
        assertThat(rule.getExit()).isEqualTo(exit);
        assertThat(sentence(rule)).startsWith("PERSON " + words);
    }

    @ParameterizedTest
    @CsvSource({"250, 250 ms", "2000, 2 s", "1500, 1.5 s", "90000, 1.5 min", "7200000, 2 h"})
    void writesADurationInItsLargestUnit(long ms, String text) {
        assertThat(RuleText.duration(ms)).isEqualTo(text);
    }

    private static String sentence(Rule rule) {
        return RuleText.sentence(rule, RuleTextTest::upper, RuleTextTest::upper, RuleTextTest::upper);
    }

    private static String upper(String id) {
        return id.toUpperCase(Locale.ROOT);
    }
}
