package io.keelson.lab.host;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that starts hosts. In a plain build on a machine without a lab it is skipped and says what to run; under
 * {@code lab/run}, which sets KEELSON_LAB_REQUIRED, it is not skipped whatever is missing.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsLab.Condition.class)
public @interface NeedsLab {

    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            var environment = System.getenv();
            if ("true".equals(environment.get("KEELSON_LAB_REQUIRED"))) {
                return ConditionEvaluationResult.enabled("lab/run wants it");
            }
            return LabEnvironment.find(environment).isPresent()
                    ? ConditionEvaluationResult.enabled("this machine has a lab")
                    : ConditionEvaluationResult.disabled("this machine has no lab; run: lab/run tests");
        }
    }
}
