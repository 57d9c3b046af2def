package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.contracts.Expression.All;
import io.segwatch.contracts.Expression.Any;
import io.segwatch.contracts.Expression.Compare;
import io.segwatch.contracts.Expression.Constant;
import io.segwatch.contracts.Expression.Measure;
import io.segwatch.contracts.Expression.Not;
import io.segwatch.contracts.Expression.Present;
import io.segwatch.contracts.Expression.Product;
import io.segwatch.contracts.Expression.Quotient;
import io.segwatch.contracts.Expression.Sum;
import io.segwatch.v1.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {
    private static final Measure PERSON = new Measure("person", Rule.Measure.SHARE);

    @Test
    void aRuleLooksAtItsQueryOrAtThoseOfItsExpression() {
        Rule ofOne = Rule.newBuilder().setQuery("car").build();
        Rule ofMany =
                Rule.newBuilder().setExpression("person and not car > 1 %").build();

        assertThat(Expression.queriesOf(ofOne)).containsExactly("car");
        assertThat(Expression.queriesOf(ofMany)).containsExactly("car", "person");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ӓ > 1 %",
                "\"a b\" > 1 %",
                "a_b > 1 %",
                "a.b > 1 %",
                "\"\u200b\" > 1 %",
                "a > 1 % and dwell -30 s",
                "a > 1 % and dwell 25 h"
            })
    void refusesWhatNoQueryIsCalledAndDwellsThatCannotBe(String text) {
        assertThatThrownBy(() -> Expression.parse(text)).isInstanceOf(Expression.Malformed.class);
    }

    @Test
    void refusesANumberThatIsTooLarge() {
        assertThatThrownBy(() -> Expression.parse("a > " + "9".repeat(400))).hasMessageContaining("too large");
    }

    @Test
    void readsPercentagesAndNegations() {
        Expression expression = Expression.parse("person > 2 % and not forklift >= 0.01");

        assertThat(expression.condition())
                .isEqualTo(new All(List.of(
                        new Compare(PERSON, false, false, new Constant(0.02)),
                        new Not(new Compare(
                                new Measure("forklift", Rule.Measure.SHARE), false, true, new Constant(0.01))))));
        assertThat(expression.queries()).containsExactly("forklift", "person");
        assertThat(expression.dwellMs()).isEmpty();
    }

    @Test
    void bindsAndTighterThanOrUnlessParenthesesSayOtherwise() {
        Present a = new Present(new Measure("a", Rule.Measure.SHARE));
        Present b = new Present(new Measure("b", Rule.Measure.SHARE));
        Present c = new Present(new Measure("c", Rule.Measure.SHARE));

        assertThat(Expression.parse("a or b and c").condition()).isEqualTo(new Any(List.of(a, new All(List.of(b, c)))));
        assertThat(Expression.parse("(a or b) and c").condition())
                .isEqualTo(new All(List.of(new Any(List.of(a, b)), c)));
    }

    @Test
    void takesTheDwellOutOfTheCondition() {
        Expression expression = Expression.parse("car > 5 % and dwell 1.5 min");

        assertThat(expression.dwellMs()).hasValue(90_000);
        assertThat(expression.condition())
                .isEqualTo(new Compare(new Measure("car", Rule.Measure.SHARE), false, false, new Constant(0.05)));
        assertThat(Expression.parse("car and dwell 30s").dwellMs()).hasValue(30_000);
    }

    @Test
    void readsRatiosSumsProductsAndPeaks() {
        assertThat(Expression.parse("person / helmet < 2 * peak(\"peak\") + 1").condition())
                .isEqualTo(new Compare(
                        new Quotient(PERSON, new Measure("helmet", Rule.Measure.SHARE)),
                        true,
                        false,
                        new Sum(
                                new Product(new Constant(2), new Measure("peak", Rule.Measure.PEAK_PROBABILITY)),
                                new Constant(1))));
    }

    @Test
    void readsTheChangeAgainstTheUsualAndLeavesAQueryItsNameChange() {
        assertThat(Expression.parse("change(person) < -2.5").condition())
                .isEqualTo(new Compare(new Measure("person", Rule.Measure.CHANGE), true, false, new Constant(-2.5)));
        assertThat(Expression.parse("change").condition())
                .isEqualTo(new Present(new Measure("change", Rule.Measure.SHARE)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                               | character 1: the expression is empty
            person >                         | character 9: the expression ends too early
            person > 2 % forklift            | character 14: 'forklift' was not expected here
            person and and car               | character 12: 'and' where a query's id should stand
            (person                          | character 8: ')' is missing; close the parenthesis
            person > 2 $                     | character 12: '$' has no meaning here
            2 % > 1 %                        | character 1: a comparison needs a query
            person + car                     | character 13: a comparison is missing
            person and dwell 30              | character 20: the duration's unit is missing
            person and dwell soon            | character 18: dwell needs a duration
            person and dwell 30 h            | character 12: dwell is longer than a day
            person and dwell 1 s and dwell 2 s | character 26: dwell is given twice
            not dwell 3 s                    | character 5: dwell holds for the whole rule
            dwell 3 s                        | character 1: dwell needs a condition
            person or car and dwell 3 s      | character 19: dwell holds for the whole rule; put the or in
            peak person                      | character 6: '(' is missing; write peak(query)
            change(person > 3                | character 15: ')' is missing; write change(query)
            "person                          | character 1: a query in quotes is empty or not closed
            """)
    void saysWhereAndWhatToWriteInstead(String text, String message) {
        assertThatThrownBy(() -> Expression.parse(text == null ? "" : text))
                .isInstanceOf(Expression.Malformed.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void boundsTheLengthAndTheDepth() {
        assertThatThrownBy(() -> Expression.parse("a".repeat(1_001))).hasMessageContaining("longer than 1000");
        assertThatThrownBy(() -> Expression.parse("(".repeat(900) + "a")).hasMessageContaining("nested more than 32");
        assertThatThrownBy(() -> Expression.parse("not ".repeat(200) + "a"))
                .hasMessageContaining("nested more than 32");
    }

    @Test
    void isPartOfARulesCheck() {
        Rule rule = Rule.newBuilder().setId("r").setExpression("person >").build();

        assertThat(Problem.describe(Definitions.check(rule))).contains("expression: character 9");
    }
}
