package io.keelson.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile;
import io.keelson.release.Digest;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestCodecTest {
    private static final byte[] VALID = ManifestCodec.write(SampleManifest.full());
    private static final String TEXT = new String(VALID, StandardCharsets.UTF_8);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void readsWhatItWrites() {
        assertThat(ManifestCodec.read(VALID)).isEqualTo(SampleManifest.full());
    }

    @Test
    void writesTheSameBytesForTheSameManifest() {
        assertThat(ManifestCodec.write(ManifestCodec.read(VALID))).isEqualTo(VALID);
    }

    @Test
    void readsAnotherLayoutOfTheSameContent() throws IOException {
        var pretty = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(JSON.readTree(VALID));

        assertThat(ManifestCodec.read(pretty)).isEqualTo(SampleManifest.full());
    }

    @Test
    void refusesAManifestThatIsCutAnywhere() {
        for (int length = 0; length < VALID.length; length += 7) {
            assertInvalid(Arrays.copyOf(VALID, length));
        }
        assertInvalid(Arrays.copyOf(VALID, VALID.length - 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "x", "0", "\0", "}", ",", "/**/", "//"})
    void refusesBytesBehindTheEnd(String trailing) {
        assertInvalid(TEXT + trailing);
        assertInvalid(TEXT + "\n" + trailing);
    }

    @Test
    void refusesNamesThatAreThereTwice() {
        assertInvalid(TEXT.replaceFirst("\\{", "{\"_type\":\"bundle\","));
        assertInvalid(TEXT.replace("\"os\":\"linux\"", "\"os\":\"linux\",\"os\":\"linux\""));
        assertInvalid(TEXT.replace("\"os\":\"linux\"", "\"os\":\"linux\",\"\\u006fs\":\"linux\""));
        assertInvalid(TEXT.replace("\"kubelet\":{", "\"kubelet\":{},\"kubelet\":{"));
    }

    @Test
    void refusesAnUnknownFieldInAnyObject() throws IOException {
        for (int i = 0; i < objects(JSON.readTree(VALID)).size(); i++) {
            var root = JSON.readTree(VALID);
            objects(root).get(i).put("surprise", 1);
            assertInvalid(JSON.writeValueAsBytes(root));
        }
    }

    @Test
    void refusesNullAndWrongKindsAnywhere() throws IOException {
        mutateEachField((object, name) -> object.putNull(name));
        mutateEachField((object, name) -> object.put(name, 0.5));
        mutateEachField((object, name) -> object.put(name, true));
        mutateEachField((object, name) -> object.putArray(name).addNull());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "_type":"bundle"            | "_type":"signatures"
                    "formatVersion":1           | "formatVersion":2
                    "formatVersion":1           | "formatVersion":0
                    "formatVersion":1           | "formatVersion":"1"
                    "formatVersion":1           | "formatVersion":1.0
                    "formatVersion":1           | "formatVersion":1e0
                    "formatVersion":1           | "formatVersion":01
                    "totalSize":12              | "totalSize":11
                    "totalSize":12              | "totalSize":-12
                    "totalSize":12              | "totalSize":18446744073709551628
                    "totalSize":12              | "totalSize":NaN
                    "totalSize":12              | "totalSize":1e999999999
                    "kubernetes":"1.31.4"       | "kubernetes":"v1.31.4"
                    "kubernetes":"1.31.4"       | "kubernetes":"1.31.04"
                    "kubernetes":"1.31.4"       | "kubernetes":"1.31"
                    "name":"kubernetes-1.31.4-1"| "name":"../kubernetes"
                    "os":"linux"                | "os":"Linux "
                    "os":"linux"                | 'os':"linux"
                    "os":"linux"                | os:"linux"
                    "os":"linux"                | "os":"linux",
                    "os":"linux"                | "os":"\\ud800"
                    "mode":"0755"               | "mode":"4755"
                    "mode":"0755"               | "mode":"0777"
                    "mode":"0755"               | "mode":"0644"
                    "type":"symlink"            | "type":"hardlink"
                    "type":"directory"          | "type":"fifo"
                    "encoding":"identity"       | "encoding":"gzip"
                    "encoding":"identity"       | "encoding":"IDENTITY"
                    "released":"2026-11-01"     | "released":"2026-02-30"
                    "released":"2026-11-01"     | "released":"2029-01-01"
                    "binary":"bin/kubelet"      | "binary":"bin/missing"
                    "binary":"bin/kubelet"      | "binary":"images/pause.tar"
                    "binary":"bin/kubelet"      | "binary":"/usr/bin/env"
                    "path":"images/pause.tar","reference" | "path":"images/other.tar","reference"
                    "role":"pause"              | "role":"root"
                    "name":"--bare"             | "name":"--bare x"
                    ${CONFIG_DIR}/kubelet.yaml  | ${UNKNOWN}/kubelet.yaml
                    ${CONFIG_DIR}/kubelet.yaml  | ${CONFIG_DIR}/kubelet.yaml\\n--evil
                    cost: 5$$                   | cost: 5$
                    kind: List                  | kind: \\u0000
                    "allowedFrom":["1.30"       | "allowedFrom":["1.3x"
                    """)
    void refusesAFieldThatIsNotWhatItMustBe(String field, String replacement) {
        assertThat(TEXT).contains(field);

        assertInvalid(TEXT.replace(field, replacement));
    }

    @Test
    void refusesAnUnsafePathUnderItsOwnCode() {
        assertRefused(
                TEXT.replace("\"path\":\"images/pause.tar\",\"sha256\"", "\"path\":\"images/../../x\",\"sha256\"")
                        .getBytes(StandardCharsets.UTF_8),
                ProblemCode.BUNDLE_UNSAFE_PATH);
    }

    @Test
    void refusesOneBlobThatIsSaidToBeTwoThings() {
        var packed = new BundleFile.Blob(Digest.of(new byte[] {9}), 1, BundleFile.Encoding.ZSTD);
        var one = new BundleFile.Regular("a", false, 1, Digest.of(new byte[] {1}), packed);
        var other = new BundleFile.Regular("b", false, 1, Digest.of(new byte[] {2}), packed);

        var refused = catchThrowableOfType(
                ProblemException.class, () -> ManifestCodec.write(SampleManifest.of(List.of(one, other))));

        assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_MANIFEST_INVALID);
    }

    @Test
    void refusesSizesThatNoReleaseHas() {
        var digest = Digest.of(new byte[0]);
        var sparse = new BundleFile.Regular(
                "sparse", false, 1L << 62, digest, new BundleFile.Blob(digest, 10, BundleFile.Encoding.ZSTD));

        var refused = catchThrowableOfType(
                ProblemException.class, () -> ManifestCodec.write(SampleManifest.of(List.of(sparse))));

        assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_MANIFEST_INVALID);
    }

    @Test
    void refusesWhatIsTooLargeTooDeepOrTooMany() {
        assertInvalid(TEXT + " ".repeat(ManifestCodec.MAXIMUM_BYTES));
        assertInvalid("[".repeat(100_000));
        assertInvalid("{\"a\":".repeat(100_000));
        assertInvalid("{\"_type\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
        assertInvalid("{\"_type\":\"" + "x".repeat(1_100_000) + "\"}");
        assertInvalid("{\"" + "n".repeat(300) + "\":1}");
        assertInvalid("{\"totalSize\":" + "9".repeat(1_000_000) + "}");
    }

    @Test
    void refusesMoreFilesThanAnyReleaseHas() {
        var file = "{\"path\":\"f\",\"type\":\"directory\"}";
        var files = String.join(",", java.util.Collections.nCopies(50_001, file));

        assertInvalid(TEXT.replaceFirst("\"files\":\\[", "\"files\":[" + files + ","));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE"})
    void refusesOtherEncodings(String charset) {
        assertInvalid(TEXT.getBytes(Charset.forName(charset)));
    }

    @Test
    void refusesAByteOrderMarkAndBrokenUtf8() {
        assertInvalid("\ufeff" + TEXT);
        var broken = VALID.clone();
        broken[TEXT.indexOf("linux")] = (byte) 0xc0;
        assertInvalid(broken);
    }

    @Property(tries = 3_000)
    void neverFailsInAnotherWayThanByACode(
            @ForAll @IntRange(max = 100_000) int at, @ForAll @ByteRange(min = -128) byte value) {
        var mutated = VALID.clone();
        mutated[at % mutated.length] = value;

        readOrRefuse(mutated);
    }

    @Property(tries = 2_000)
    void neverFailsInAnotherWayWhenPiecesAreMoved(
            @ForAll @IntRange(max = 100_000) int from,
            @ForAll @IntRange(max = 60) int length,
            @ForAll @IntRange(max = 100_000) int to) {
        var moved = VALID.clone();
        int source = from % VALID.length;
        int target = to % VALID.length;
        int count = Math.min(length, VALID.length - Math.max(source, target));
        System.arraycopy(VALID, source, moved, target, count);

        readOrRefuse(moved);
    }

    @Property(tries = 1_000)
    void neverFailsInAnotherWayOnNoise(@ForAll byte[] noise) {
        assertRefusedSomehow(noise);
    }

    private static void readOrRefuse(byte[] bytes) {
        try {
            var manifest = ManifestCodec.read(bytes);
            assertThat(ManifestCodec.read(ManifestCodec.write(manifest))).isEqualTo(manifest);
        } catch (ProblemException refused) {
            assertThat(refused.problem().code())
                    .isIn(ProblemCode.BUNDLE_MANIFEST_INVALID, ProblemCode.BUNDLE_UNSAFE_PATH);
        }
    }

    private static void assertRefusedSomehow(byte[] bytes) {
        assertRefused(bytes, ProblemCode.BUNDLE_MANIFEST_INVALID);
    }

    private static void mutateEachField(BiConsumer<ObjectNode, String> mutation) throws IOException {
        int count = objects(JSON.readTree(VALID)).size();
        for (int i = 0; i < count; i++) {
            for (var name : names(objects(JSON.readTree(VALID)).get(i))) {
                var root = JSON.readTree(VALID);
                mutation.accept(objects(root).get(i), name);
                assertInvalid(JSON.writeValueAsBytes(root));
            }
        }
    }

    private static List<String> names(ObjectNode object) {
        var names = new ArrayList<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<ObjectNode> objects(JsonNode node) {
        var found = new ArrayList<ObjectNode>();
        if (node instanceof ObjectNode object) {
            found.add(object);
        }
        if (node instanceof ObjectNode || node instanceof ArrayNode) {
            node.forEach(child -> found.addAll(objects(child)));
        }
        return found;
    }

    private static void assertInvalid(String text) {
        assertInvalid(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertInvalid(byte[] bytes) {
        assertRefused(bytes, ProblemCode.BUNDLE_MANIFEST_INVALID);
    }

    private static void assertRefused(byte[] bytes, ProblemCode code) {
        var refused = catchThrowableOfType(ProblemException.class, () -> ManifestCodec.read(bytes));
        assertThat(refused)
                .describedAs(new String(bytes, StandardCharsets.UTF_8)
                        .lines()
                        .findFirst()
                        .orElse(""))
                .isNotNull();
        assertThat(refused.problem().code()).isEqualTo(code);
        assertThat(refused.problem().what()).hasSizeLessThan(600);
    }
}
