package io.keelson.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OsManifestTest {
    private static final byte[] VALID = ManifestCodec.write(SampleLevel.debian());
    private static final String TEXT = new String(VALID, StandardCharsets.UTF_8);

    @Test
    void readsWhatItWroteAndWritesTheSameBytes() {
        var read = ManifestCodec.read(VALID);

        assertThat(read).isEqualTo(SampleLevel.debian());
        assertThat(ManifestCodec.write(read)).isEqualTo(VALID);
    }

    @Test
    void isNoReleaseOfKubernetesAndTheOtherWayRound() {
        var level = ManifestCodec.read(VALID);
        var release = ManifestCodec.read(ManifestCodec.write(SampleManifest.full()));

        assertThat(level.requireOs().packages()).hasSize(2);
        assertThat(catchThrowableOfType(ProblemException.class, level::requireKubernetes)
                        .problem()
                        .code())
                .isEqualTo(ProblemCode.BUNDLE_OTHER_KIND);
        assertThat(catchThrowableOfType(ProblemException.class, release::requireOs)
                        .problem()
                        .code())
                .isEqualTo(ProblemCode.BUNDLE_OTHER_KIND);
    }

    /** What a program of before makes of a level, and what this one makes of a kind that is to come. */
    @Test
    void aKindThatIsNotKnownIsRefusedAsAWhole() {
        assertRefused(TEXT.replace("os-bundle", "firmware-bundle"), "_type is 'firmware-bundle'");
        assertRefused(TEXT.replace("os-bundle", "bundle"), "kubernetes");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            "format":"deb"                     | "format":"apk"                       | $.format
            "format":"deb"                     | "format":"rpm"                       | not for amd64
            "id":"debian"                      | "id":"Debian GNU"                    | $.release
            "version":"12"                     | "version":"../12"                    | $.release
            "name":"libc6"                     | "name":"-o=Dir::Bin"                 | name
            "name":"libc6"                     | "name":"zlib1g"                      | not in its order
            "name":"libc6"                     | "name":"libc6;reboot"                | name
            "name":"tzdata"                    | "name":"tz data"                     | name
            "version":"1:2025b-0+deb12u1"      | "version":"0:2025b"                  | version
            "version":"2.36-9+deb12u10"        | "version":"2.36/9"                   | version
            "version":"2.36-9+deb12u10"        | "version":"%{lua:os.exit()}"         | version
            "architecture":"all"               | "architecture":"i386"                | not for amd64
            "path":"packages/libc6_2.36-9_amd64.deb","reboot" | "path":"packages","reboot" | is not a deb of the bundle
            "path":"packages/libc6_2.36-9_amd64.deb","reboot" | "path":"packages/tzdata_2025b-0_all.deb","reboot" | one file
            "installedSize":1000               | "installedSize":-1                   | out of range
            "bootSize":0                       | "bootSize":1001                      | below /boot
            "required":false                   | "required":"no"                      | required
            """)
    void refusesWhatIsNotExactlyAsItMustBe(String piece, String other, String reason) {
        assertThat(TEXT).contains(piece);

        assertRefused(
                TEXT.replaceFirst(
                        java.util.regex.Pattern.quote(piece), java.util.regex.Matcher.quoteReplacement(other)),
                reason);
    }

    @Test
    void refusesAPackageTwiceAndNoneAtAll() {
        assertRefused(
                TEXT.replace("\"name\":\"tzdata\"", "\"name\":\"libc6\"").replace("\"all\"", "\"amd64\""),
                "is there twice");
        assertRefused(TEXT.replaceFirst("\"packages\":\\[.*?\\]", "\"packages\":[]"), "$.packages is empty");
    }

    private static void assertRefused(String manifest, String reason) {
        var bytes = manifest.getBytes(StandardCharsets.UTF_8);
        var refused = catchThrowableOfType(ProblemException.class, () -> ManifestCodec.read(bytes));
        assertThat(refused).as(manifest).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_MANIFEST_INVALID);
        assertThat(refused.problem().what()).contains(reason);
    }
}
