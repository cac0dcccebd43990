package io.keelson.lab.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnerTest {

    @Test
    void thisProcessIsAliveAlsoWhenReadBackFromALabel() {
        assertThat(Owner.parse(Owner.self().label()))
                .hasValueSatisfying(owner -> assertThat(owner.isAlive()).isTrue());
    }

    @Test
    void aReusedProcessIdOrAnotherBootIsNotTheOwner() {
        Owner self = Owner.self();
        assertThat(new Owner(self.pid(), "1", self.boot()).isAlive()).isFalse();
        assertThat(new Owner(self.pid(), self.started(), "another").isAlive()).isFalse();
        assertThat(new Owner(4_194_304, self.started(), self.boot()).isAlive()).isFalse();
    }

    @Test
    void anythingElseInTheLabelHasNoOwner() {
        assertThat(Owner.parse("")).isEmpty();
        assertThat(Owner.parse("x/1/2")).isEmpty();
        assertThat(Owner.parse("1/2")).isEmpty();
    }
}
