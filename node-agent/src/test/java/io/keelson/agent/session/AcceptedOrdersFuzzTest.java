package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.session.wire.NodeSpecsFuzzTest;
import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;

/**
 * The file of accepted orders is read, or refused as unreadable and left as it is. A first byte of {@code {} is a whole
 * file; behind any other stand the bytes of a spec in a file whose checksum is right.
 */
class AcceptedOrdersFuzzTest extends FuzzTest {
    private static String file(byte[] node) {
        var text = Base64.getEncoder().encodeToString(node);
        var check =
                Digest.of(("3 7 " + text).getBytes(StandardCharsets.US_ASCII)).hex();
        return "{\"v\":1,\"epoch\":3,\"revision\":7,\"node\":\"" + text + "\",\"check\":\"" + check + "\"}";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                NodeSpecsFuzzTest.sample().toByteArray(),
                file(NodeSpecsFuzzTest.sample().toByteArray()).getBytes(StandardCharsets.US_ASCII),
                file(new byte[0]).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    protected int fresh() {
        return 2_000;
    }

    @Override
    public void accept(byte[] input) throws IOException {
        boolean whole = input.length > 0 && input[0] == '{';
        var content = whole ? input : file(input).getBytes(StandardCharsets.US_ASCII);
        var orders = Files.createTempFile("orders", ".json");
        try {
            Files.write(orders, content);
            assertThat(new AcceptedOrders(orders).current()).isNotNull();
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE);
            assertThat(orders).hasBinaryContent(content);
        } finally {
            Files.delete(orders);
        }
    }
}
