package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.contracts.AddressRange;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressPolicyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "169.254.169.254",
                "100.100.100.200",
                "168.63.129.16",
                "[fd00:ec2::254]",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.20",
                "198.18.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "[::1]",
                "[::]",
                "[::ffff:127.0.0.1]",
                "[::ffff:a9fe:a9fe]",
                "[64:ff9b::7f00:1]",
                "[2002:7f00:1::]",
                "[fe80::1]",
                "[fd00::1]",
                "[ff02::1]",
                "localhost",
                "2130706433"
            })
    void whatIsNotPublicIsRefusedHoweverItIsWritten(String host) {
        assertThatThrownBy(() -> new EgressPolicy(List.of()).resolve(host))
                .isInstanceOf(EgressPolicy.Forbidden.class)
                .hasMessageContaining("segwatch.delivery.private-targets");
    }

    @ParameterizedTest
    @ValueSource(strings = {"93.184.216.34", "172.32.0.1", "[2606:2800:220:1::1]", "[2001:4860:4860::8888]"})
    void publicAddressesAreTaken(String host) throws Exception {
        assertThat(new EgressPolicy(List.of()).resolve(host)).isNotNull();
    }

    @Test
    void onlyTheNetworksThatAreAllowedAreTakenBesides() throws Exception {
        EgressPolicy egress = new EgressPolicy(List.of("192.168.1.0/24", "::1"));
        assertThat(egress.resolve("192.168.1.20").getHostAddress()).isEqualTo("192.168.1.20");
        assertThat(egress.resolve("[::1]").isLoopbackAddress()).isTrue();
        assertThatThrownBy(() -> egress.resolve("192.168.2.20")).isInstanceOf(EgressPolicy.Forbidden.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.9.9.9, true",
        "10.1.2.3/8, 172.16.2.3, false",
        "192.168.1.20, 192.168.1.20, true",
        "192.168.1.20, 192.168.1.21, false",
        "0.0.0.0/0, 10.1.2.3, true",
        "0.0.0.0/0, fd00::1, false",
        "::ffff:10.0.0.0/8, 10.1.2.3, true",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
        "fd00::/8, fdff::1, true",
        "fd00::/8, fe80::1, false",
        "::/0, fe80::1, true",
        "::/0, ::1, true",
        "::1, ::1, true"
    })
    void aNetworkHoldsTheAddressesThatShareItsPrefix(String network, String host, boolean within) throws Exception {
        EgressPolicy egress = new EgressPolicy(List.of(network));
        if (within) {
            assertThat(egress.resolve(host)).isEqualTo(InetAddress.getByName(host));
        } else {
            assertThatThrownBy(() -> egress.resolve(host)).isInstanceOf(EgressPolicy.Forbidden.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/x",
                "",
                "/8",
                "ab",
                "fd00::/129",
                "300.1.1.1",
                "1.2.3"
            })
    void whatIsNoNetworkIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("192.168.1.0/24");
    }
}
