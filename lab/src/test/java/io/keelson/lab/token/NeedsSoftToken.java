package io.keelson.lab.token;

import java.io.File;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test with SoftHSM, which {@code lab/run} installs. In a plain build on a machine without it, it is skipped and says what
 * to run; under {@code lab/run}, which sets KEELSON_LAB_REQUIRED, it is not skipped whatever is missing.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsSoftToken.Condition.class)
@interface NeedsSoftToken {

    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            var environment = System.getenv();
            if ("true".equals(environment.get("KEELSON_LAB_REQUIRED"))) {
                return ConditionEvaluationResult.enabled("lab/run wants it");
            }
            return isInstalled(environment)
                    ? ConditionEvaluationResult.enabled("this machine has SoftHSM")
                    : ConditionEvaluationResult.disabled("this machine has no SoftHSM; run: lab/run tests");
        }

        private static boolean isInstalled(Map<String, String> environment) {
            return Stream.of(Optional.ofNullable(environment.get("PATH"))
                            .orElse("")
                            .split(File.pathSeparator))
                    .anyMatch(directory -> Files.isExecutable(Path.of(directory, "softhsm2-util")));
        }
    }
}
