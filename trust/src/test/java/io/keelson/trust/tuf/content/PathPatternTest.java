package io.keelson.trust.tuf.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {
    @ParameterizedTest
    @CsvSource({
        "*,a,true",
        "*,a/b,false",
        "*/*,a/b,true",
        "*.tgz,x.tgz,true",
        "*.tgz,x.tgz.sig,false",
        "targets/*.tgz,targets/x.tgz,true",
        "targets/*.tgz,targets/sub/x.tgz,false",
        "targets/*,targets,false",
        "foo-version-?.tgz,foo-version-2.tgz,true",
        "foo-version-?.tgz,foo-version-.tgz,false",
        "a?c,a/c,false",
        "a*b*c,aXbYbZc,true",
        "a*b*c,aXbYbZ,false",
        "[ab],a,false",
        "[ab],[ab],true",
        "a.c,abc,false",
        "?,😀,true",
        "**,a,true"
    })
    void meansWhatTheSpecificationSays(String pattern, String path, boolean matches) {
        assertThat(new PathPattern(pattern).matches(new TargetPath(path))).isEqualTo(matches);
    }

    @Property(tries = 500)
    void agreesWithARegularExpression(@ForAll("patterns") String pattern, @ForAll("paths") String path) {
        var regular = pattern.replace(".", "\\.").replace("*", "[^/]*").replace("?", "[^/]");

        assertThat(new PathPattern(pattern).matches(new TargetPath(path))).isEqualTo(path.matches(regular));
    }

    @Test
    void takesItsTimeAlsoForPatternsThatMakeExpressionsExplode() {
        var pattern = new PathPattern("*a".repeat(400) + "b");

        assertThat(pattern.matches(new TargetPath("a".repeat(1_000)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a/", "a//b", ".", "..", "a/../b", "./a"})
    void refusesPathsThatLeadElsewhere(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> new TargetPath(path));
    }

    @Test
    void putsThePrefixInFrontOfTheLastNameAndQuotesEach() {
        assertThat(new TargetPath("a b/c?").location("ff.")).isEqualTo("a%20b/ff.c%3F");
        assertThat(new TargetPath("c").location("ff.")).isEqualTo("ff.c");
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.strings().withChars("ab*?/.").ofMaxLength(8);
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.strings()
                .withChars("ab.")
                .ofMinLength(1)
                .ofMaxLength(3)
                .filter(name -> !name.equals(".") && !name.equals(".."))
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(names -> String.join("/", names));
    }
}
