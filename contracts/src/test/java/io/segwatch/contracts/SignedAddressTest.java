package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.contracts.SignedAddress.Verdict;
import org.junit.jupiter.api.Test;

class SignedAddressTest {
    private static final byte[] KEY = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final long EXPIRES = 1_800_000_000L;

    private static String signature(String parameters) {
        return parameters.replaceFirst(".*signature=", "");
    }

    private static Verdict check(String alert, String expires, String signature, long now) {
        return SignedAddress.check(KEY, alert, expires, signature, now);
    }

    @Test
    void isGoodForItsAlertUntilItsMomentAndForNothingElse() {
        String parameters = SignedAddress.parameters(KEY, "abc", EXPIRES);
        assertThat(parameters).matches("expires=1800000000&signature=[A-Za-z0-9_-]{43}");
        String signature = signature(parameters);
        String expires = Long.toString(EXPIRES);
        assertThat(check("abc", expires, signature, EXPIRES)).isEqualTo(Verdict.GOOD);
        assertThat(check("abc", expires, signature, EXPIRES + 1)).isEqualTo(Verdict.EXPIRED);
        assertThat(check("abd", expires, signature, 0)).isEqualTo(Verdict.WRONG);
        assertThat(check("abc", Long.toString(EXPIRES + 1), signature, 0)).isEqualTo(Verdict.WRONG);
        assertThat(check("abc", expires, signature.substring(1), 0)).isEqualTo(Verdict.WRONG);
        assertThat(check("abc", expires, "", 0)).isEqualTo(Verdict.WRONG);
        assertThat(SignedAddress.check(new byte[] {9}, "abc", expires, signature, 0))
                .isEqualTo(Verdict.WRONG);
    }

    @Test
    void aMomentThatIsNoNumberIsWrong() {
        for (String expires : new String[] {null, "", "-1", "1e9", "١٢٣", "99999999999999999999"}) {
            assertThat(check("abc", expires, "x", 0)).isEqualTo(Verdict.WRONG);
        }
    }
}
