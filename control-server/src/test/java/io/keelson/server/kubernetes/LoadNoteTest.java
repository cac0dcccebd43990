package io.keelson.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.drain.LostLoad;
import io.keelson.workload.Owner;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadNoteTest {
    @Test
    void keepsWhatANodeCarried() {
        var load = new LostLoad(
                Map.of(new Owner("shop", "ReplicaSet", "web-7fc9"), 10, new Owner("data", "StatefulSet", "db"), 3));
        assertThat(LoadNote.text(load)).isEqualTo("data/StatefulSet/db=3,shop/ReplicaSet/web-7fc9=10");
        assertThat(LoadNote.read(LoadNote.text(load))).contains(load);
        var nothing = new LostLoad(Map.of());
        assertThat(LoadNote.read(LoadNote.text(nothing))).contains(nothing);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a/b=1", "a/b/c", "a/b/c=", "a/b/c=-1", "a/b/c=99999999999", "a/b/c=1,", "a/b/c=1=2"})
    void whatNobodyWroteSaysNothing(String text) {
        assertThat(LoadNote.read(text)).isEmpty();
    }
}
