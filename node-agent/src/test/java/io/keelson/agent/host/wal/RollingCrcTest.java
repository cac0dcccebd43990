package io.keelson.agent.host.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** A checksum over parts is the one over the whole, wherever it is cut. */
class RollingCrcTest {
    /** RFC 3720, B.4, and the check value of the catalogue of CRCs. */
    @Test
    void isTheChecksumOfTheStandard() {
        assertThat(new RollingCrc(0).after("123456789".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(0xE3069283);
        assertThat(new RollingCrc(0).after(new byte[32])).isEqualTo(0x8A9136AA);
        assertThat(new RollingCrc(0x12345678).after(new byte[0]))
                .as("after nothing")
                .isEqualTo(0x12345678);
    }

    @Property
    void partsMakeTheWhole(@ForAll @Size(max = 3000) byte[] bytes, @ForAll @IntRange(max = 3000) int cut) {
        int at = Math.min(cut, bytes.length);
        var crc = new RollingCrc(0);
        crc.after(Arrays.copyOf(bytes, at));
        assertThat(crc.after(Arrays.copyOfRange(bytes, at, bytes.length))).isEqualTo(whole(bytes));
    }

    /** As long as the largest records. */
    @Test
    void goesOnOverMebibytes() {
        var bytes = new byte[(64 << 20) + 3];
        bytes[5] = 9;
        bytes[bytes.length - 1] = 7;
        var crc = new RollingCrc(0);
        crc.after(Arrays.copyOf(bytes, 11));
        assertThat(crc.after(Arrays.copyOfRange(bytes, 11, bytes.length))).isEqualTo(whole(bytes));
    }

    private static int whole(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
