package io.keelson.agent.host.wal;

import java.util.zip.CRC32C;

/**
 * CRC-32C (Castagnoli, RFC 3720 B.4) that goes on from a value that somebody else has come to. The JDK's cannot, but has the
 * processor's help: over a table it is four times as fast for records of 200 bytes, and more for longer ones. So it counts the new
 * bytes alone, and the value of before is moved on by as many zeros: a multiplication of polynomials over GF(2), bit 31 the
 * coefficient of x^0.
 */
final class RollingCrc {
    private static final int POLYNOMIAL = 0x82F63B78;
    private static final int ONE = 1 << 31;
    private static final int X = 1 << 30;

    /** x to the power of 8, 16, 32 and so on: what 1, 2, 4 and so on bytes of zeros multiply by. */
    private static final int[] ZEROS = zeros();

    private int value;

    RollingCrc(int before) {
        value = before;
    }

    private static int[] zeros() {
        var powers = new int[Integer.SIZE - 1];
        int power = X;
        for (int doubled = 0; doubled < 3; doubled++) {
            power = times(power, power);
        }
        for (int each = 0; each < powers.length; each++) {
            powers[each] = power;
            power = times(power, power);
        }
        return powers;
    }

    private static int times(int left, int right) {
        int product = 0;
        int shifted = right;
        for (int bit = ONE; bit != 0; bit >>>= 1) {
            if ((left & bit) != 0) {
                product ^= shifted;
            }
            shifted = (shifted & 1) == 0 ? shifted >>> 1 : shifted >>> 1 ^ POLYNOMIAL;
        }
        return product;
    }

    int after(byte[] bytes) {
        int before = value;
        for (int length = bytes.length, bit = 0; length != 0; length >>>= 1, bit++) {
            if ((length & 1) != 0) {
                before = times(ZEROS[bit], before);
            }
        }
        var own = new CRC32C();
        own.update(bytes);
        value = before ^ (int) own.getValue();
        return value;
    }
}
