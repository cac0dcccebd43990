package io.keelson.agent.host.wal;

/** CRC-32C (Castagnoli, RFC 3720 B.4) that goes on from a value that somebody else has come to; the JDK's cannot. */
final class RollingCrc {
    private static final int POLYNOMIAL = 0x82F63B78;
    private static final int[] TABLE = table();

    private int value;

    RollingCrc(int before) {
        value = before;
    }

    private static int[] table() {
        var table = new int[256];
        for (int each = 0; each < table.length; each++) {
            int crc = each;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
            table[each] = crc;
        }
        return table;
    }

    int after(byte[] bytes) {
        int crc = ~value;
        for (byte each : bytes) {
            crc = TABLE[(crc ^ each) & 0xff] ^ crc >>> 8;
        }
        value = ~crc;
        return value;
    }

    int value() {
        return value;
    }
}
