package io.keelson.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleFile.Directory;
import io.keelson.release.BundleFile.Symlink;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTreeTest {
    @Test
    void acceptsDirectoriesFilesAndLinksThatStayInside() {
        var files = BundleTree.complete(List.of(
                file("bin/kubelet"),
                file("lib/a/one"),
                new Symlink("bin/agent", "kubelet"),
                new Symlink("lib/a/up", "../../bin/agent"),
                new Symlink("lib/dir", "a")));

        assertThatCode(() -> BundleTree.check(files)).doesNotThrowAnyException();
    }

    static List<String> unsafePaths() {
        return List.of(
                "",
                "/",
                "/etc/passwd",
                "..",
                "../evil",
                "a/../b",
                "a/..",
                ".",
                "./a",
                "a/.",
                "a//b",
                "a/",
                "a\\b",
                "a\0b",
                "a\nb",
                "a\u0085b",
                "a\u200bb",
                "a\u202eb",
                "a\u2028b",
                "e\u0301", // not NFC
                "\ue000",
                "\ud800",
                "n".repeat(256),
                "\u00e9".repeat(128), // 256 bytes
                "d/".repeat(32) + "deep",
                ("n".repeat(200) + "/").repeat(6) + "long");
    }

    @ParameterizedTest
    @MethodSource("unsafePaths")
    void refusesAPathThatIsUnsafe(String path) {
        assertRefused(List.of(file(path)), ProblemCode.BUNDLE_UNSAFE_PATH);
        assertRefused(List.of(new Directory(path)), ProblemCode.BUNDLE_UNSAFE_PATH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"n", "...", "..a", "a..b", "\u00e9", "a b", "-rf", "~", "$HOME", "\u6f22\u5b57"})
    void acceptsANameThatOnlyLooksOdd(String path) {
        assertThatCode(() -> BundleTree.check(List.of(file(path)))).doesNotThrowAnyException();
    }

    @Test
    void acceptsANameOf255Bytes() {
        assertThatCode(() -> BundleTree.check(List.of(file("n".repeat(255))))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a A", "stra\u00dfe STRASSE", "K \u212a", "\u03c3 \u03c2", "\u017f s"})
    void refusesPathsThatDifferInCaseOnly(String pair) {
        var paths = pair.split(" ", -1);

        assertRefused(sorted(file(paths[0]), file(paths[1])), ProblemCode.BUNDLE_UNSAFE_PATH);
    }

    @Test
    void refusesAPathThatIsThereTwice() {
        assertRefused(List.of(file("a"), file("a")), ProblemCode.BUNDLE_UNSAFE_PATH);
        assertRefused(List.of(new Directory("a"), file("a")), ProblemCode.BUNDLE_UNSAFE_PATH);
    }

    @Test
    void refusesAFileInsideAFile() {
        assertRefused(List.of(file("a"), file("a/b")), ProblemCode.BUNDLE_UNSAFE_PATH);
    }

    @Test
    void refusesAFileInsideALink() {
        assertRefused(List.of(new Directory("a"), new Symlink("b", "a"), file("b/c")), ProblemCode.BUNDLE_UNSAFE_PATH);
    }

    @Test
    void refusesAFileInsideSomethingUndeclared() {
        assertRefused(List.of(file("a/b")), ProblemCode.BUNDLE_UNSAFE_PATH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/etc/shadow",
                "..",
                "../..",
                "../outside",
                "../../outside",
                ".",
                "./x",
                "x/../x",
                "d/../x",
                "d/..",
                "missing",
                "d/missing",
                "x/",
                "x\0",
                "d\\x",
                "x/y",
                "../d/link",
                "link"
            })
    void refusesALinkThatDoesNotEndInside(String target) {
        var files = List.of(new Directory("d"), new Symlink("d/link", target), file("d/x"), file("x"));

        assertRefused(files, ProblemCode.BUNDLE_UNSAFE_PATH);
    }

    @Test
    void refusesLinksInACircleOrALongChain() {
        assertRefused(List.of(new Symlink("a", "b"), new Symlink("b", "a")), ProblemCode.BUNDLE_UNSAFE_PATH);
        assertRefused(
                sorted(
                        file("z"),
                        new Symlink("a", "b"),
                        new Symlink("b", "c"),
                        new Symlink("c", "d"),
                        new Symlink("d", "e"),
                        new Symlink("e", "f"),
                        new Symlink("f", "g"),
                        new Symlink("g", "h"),
                        new Symlink("h", "i"),
                        new Symlink("i", "z")),
                ProblemCode.BUNDLE_UNSAFE_PATH);
    }

    @Test
    void refusesEntriesThatAreNotInOrder() {
        assertRefused(List.of(file("b"), file("a")), ProblemCode.BUNDLE_MANIFEST_INVALID);
    }

    @Test
    void completesParentsOnceAndSorts() {
        var files = BundleTree.complete(List.of(file("b/c/d"), file("a"), new Directory("b")));

        assertThat(files).extracting(BundleFile::path).containsExactly("a", "b", "b/c", "b/c/d");
    }

    @Property(tries = 2_000)
    void whateverIsAcceptedStaysBelowItsRoot(@ForAll("nastyPaths") String path) {
        try {
            BundleTree.check(BundleTree.complete(List.of(file(path))));
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_UNSAFE_PATH);
            return;
        }
        var root = Path.of("/opt/release");
        assertThat(root.resolve(path).normalize()).isEqualTo(root.resolve(path)).startsWithRaw(root);
        assertThat(root.resolve(path)).isNotEqualTo(root);
    }

    @Property(tries = 2_000)
    void whateverLinkIsAcceptedEndsBelowItsRoot(@ForAll("nastyPaths") String target) {
        var link = new Symlink("d/e/link", target);
        var files = sorted(new Directory("d"), new Directory("d/e"), link, file("d/e/f"), file("a"), file("d/a"));
        try {
            BundleTree.check(files);
        } catch (ProblemException refused) {
            return;
        }
        var root = Path.of("/opt/release");
        assertThat(root.resolve("d/e").resolve(target).normalize())
                .startsWithRaw(root)
                .isNotEqualTo(root);
    }

    @Provide
    Arbitrary<String> nastyPaths() {
        var part = Arbitraries.of(
                "..", ".", "", "a", "d", "e", "f", "A", "\\", "\0", "\n", "c:", "...", "e\u0301", "\u202e", " ", "~");
        return part.list().ofMinSize(1).ofMaxSize(6).map(parts -> String.join("/", parts));
    }

    private static void assertRefused(List<? extends BundleFile> files, ProblemCode code) {
        var refused = catchThrowableOfType(ProblemException.class, () -> BundleTree.check(List.copyOf(files)));
        assertThat(refused).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(code);
        assertThat(refused.problem().what()).doesNotContain("\n", "\0");
    }

    private static List<BundleFile> sorted(BundleFile... files) {
        return java.util.Arrays.stream(files)
                .sorted(java.util.Comparator.comparing(BundleFile::path))
                .toList();
    }

    private static BundleFile file(String path) {
        return SampleManifest.plain(path, false, "content");
    }
}
