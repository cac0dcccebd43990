package io.keelson.lab.host;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An end-to-end test on lab hosts, which {@code lab/run scenario} knows by this name. It is a test method by itself;
 * a build leaves it out by its tag.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@Tag("scenario")
@NeedsLab
public @interface Scenario {

    /** Small letters, digits and '-', unique in the lab, for instance {@code install-three-zones}. */
    String value();

    /** One sentence for {@code --list}. */
    String about() default "";

    /**
     * Whether it takes minutes and what it is about is in shorter ones in part: it runs when it is asked for, by name or
     * with all others, and not with what checks every change.
     */
    boolean extended() default false;
}
