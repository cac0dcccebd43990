package io.keelson.server.kubetunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.server.kubetunnel.ClientHello.Reading;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
    private static final String NAME = "prod.clusters.keelson.internal";

    /** What the JDK's own client sends first. */
    static byte[] hello(String... names) throws Exception {
        var engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setServerNames(Arrays.stream(names)
                .map(name -> (javax.net.ssl.SNIServerName) new SNIHostName(name))
                .toList());
        engine.setSSLParameters(parameters);
        var out = ByteBuffer.allocate(ClientHello.LIMIT * 2);
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static Reading read(byte[] bytes) {
        return ClientHello.read(bytes, bytes.length);
    }

    @Test
    void readsTheNameThatTheJdkAsksFor() throws Exception {
        assertThat(read(hello(NAME))).isEqualTo(new Reading.Complete(Optional.of(NAME)));
        assertThat(read(hello(NAME.toUpperCase(java.util.Locale.ROOT))))
                .isEqualTo(new Reading.Complete(Optional.of(NAME)));
        assertThat(read(hello())).isEqualTo(new Reading.Complete(Optional.empty()));
    }

    @Test
    void waitsForMoreAtEveryCut() throws Exception {
        var hello = hello(NAME);
        for (int cut = 0; cut < hello.length; cut++) {
            assertThat(ClientHello.read(hello, cut)).as("cut at " + cut).isEqualTo(new Reading.Incomplete());
        }
    }

    @Test
    void putsAMessageTogetherThatWasSplitOverRecords() throws Exception {
        var hello = hello(NAME);
        var split = new ByteArrayOutputStream();
        for (int at = 5; at < hello.length; at += 100) {
            int size = Math.min(100, hello.length - at);
            split.write(new byte[] {22, 3, 1, 0, (byte) size});
            split.write(hello, at, size);
        }
        assertThat(read(split.toByteArray())).isEqualTo(new Reading.Complete(Optional.of(NAME)));
    }

    @Test
    void refusesWhatIsNotTls() {
        for (var text : List.of("GET / HTTP/1.1\r\n\r\n", "SSH-2.0-OpenSSH_9.6", "\0\0\0\0\0\0\0\0")) {
            assertThat(read(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                    .isInstanceOf(Reading.Malformed.class);
        }
    }

    @Test
    void refusesAMessageThatIsTooLong() throws Exception {
        var endless = new byte[ClientHello.LIMIT];
        byte[] record = {22, 3, 1, 0, 1, 1};
        for (int at = 0; at + record.length <= endless.length; at += record.length) {
            System.arraycopy(record, 0, endless, at, record.length);
        }
        assertThat(read(endless)).isInstanceOf(Reading.Malformed.class);
        assertThat(read(new byte[] {22, 3, 1, (byte) 0xff, (byte) 0xff, 1, 0, 0, 1}))
                .isInstanceOf(Reading.Malformed.class);
    }

    @Test
    void refusesNamesThatCouldBeSomethingElse() throws Exception {
        var hello = hello(NAME);
        int at = indexOf(hello, NAME.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        for (int bad : new int[] {0, '/', '%', ' ', '\n', 0xff}) {
            var changed = hello.clone();
            changed[at + 3] = (byte) bad;
            assertThat(read(changed)).as("byte " + bad).isInstanceOf(Reading.Malformed.class);
        }
    }

    @Test
    void neverFailsOtherwiseOnRandomAndMutatedBytes() throws Exception {
        var random = new Random(7445);
        var hello = hello(NAME);
        for (int i = 0; i < 20_000; i++) {
            var bytes = i % 2 == 0 ? new byte[random.nextInt(600)] : hello.clone();
            if (i % 2 == 0) {
                random.nextBytes(bytes);
                byte[] start = {22, 3, 1};
                System.arraycopy(start, 0, bytes, 0, Math.min(bytes.length, random.nextInt(4)));
            } else {
                for (int k = random.nextInt(1, 8); k > 0; k--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            assertThat(ClientHello.read(bytes, random.nextInt(bytes.length + 1)))
                    .isNotNull();
        }
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new AssertionError("not there");
    }
}
