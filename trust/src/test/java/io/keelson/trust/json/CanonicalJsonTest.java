package io.keelson.trust.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    private static final JsonLimits LIMITS = new JsonLimits(1_000_000, 32, 100_000);

    private static String canonical(Map<String, ?> fields) {
        return new String(CanonicalJson.encode(fields), StandardCharsets.UTF_8);
    }

    @Test
    void writesWhatThePublicFormSays() throws InvalidJson {
        var read = StrictJson.readObject(
                "{ \"b\" : [1, {}, [], true,\"x\"],\n\"a\":{\"z\":-5,\"y\":\"q\\\"\\\\\\n\\u00e9\"} }"
                        .getBytes(StandardCharsets.UTF_8),
                LIMITS);

        assertThat(canonical(read.fields()))
                .isEqualTo("{\"a\":{\"y\":\"q\\\"\\\\\n\u00e9\",\"z\":-5},\"b\":[1,{},[],true,\"x\"]}");
    }

    @Test
    void sortsByCodePointsNotBySurrogates() {
        assertThat(canonical(Map.of("\uD83D\uDE00", 1, "\uFFFD", 2))).isEqualTo("{\"\uFFFD\":2,\"\uD83D\uDE00\":1}");
    }

    @Test
    void refusesWhatHasNoCanonicalForm() {
        assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.encode(Map.of("a", 1.5)));
    }

    @Property(tries = 300)
    void doesNotDependOnTheOrderOfNames(@ForAll("objects") Map<String, Object> object) {
        var reversed = new LinkedHashMap<String, Object>();
        List<String> names = new ArrayList<>(object.keySet());
        Collections.reverse(names);
        names.forEach(name -> reversed.put(name, object.getOrDefault(name, "")));

        assertThat(canonical(reversed)).isEqualTo(canonical(object));
    }

    @Property(tries = 300)
    void isTheSameAfterAnyOtherSpelling(@ForAll("objects") Map<String, Object> object) throws InvalidJson {
        var reread = StrictJson.readObject(JsonText.write(object), LIMITS);

        assertThat(canonical(reread.fields())).isEqualTo(canonical(object));
    }

    @Property(tries = 300)
    void differsWhereTheMeaningDiffers(
            @ForAll("objects") Map<String, Object> one, @ForAll("objects") Map<String, Object> other) {
        assertThat(canonical(one).equals(canonical(other))).isEqualTo(one.equals(other));
    }

    @Provide
    Arbitrary<Map<String, Object>> objects() {
        return objects(3);
    }

    private static Arbitrary<Map<String, Object>> objects(int depth) {
        return Arbitraries.maps(texts(), values(depth)).ofMaxSize(4);
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars("ab\"\\\n\t{}[],:0 ")
                .withChars('\u00e9', '\uFFFD')
                .ofMaxLength(6);
    }

    private static Arbitrary<Object> values(int depth) {
        Arbitrary<Object> plain = Arbitraries.oneOf(
                texts().map(Object.class::cast),
                Arbitraries.longs().map(Object.class::cast),
                Arbitraries.of(true, false).map(Object.class::cast));
        return depth == 0
                ? plain
                : Arbitraries.oneOf(
                        plain,
                        objects(depth - 1).map(Object.class::cast),
                        values(depth - 1).list().ofMaxSize(3).map(Object.class::cast));
    }
}
