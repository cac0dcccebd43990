package io.keelson.agent.session.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.Problems;
import java.util.List;

/** Whatever a refused call carries, it becomes problems with code, text and remedy. */
class ServerProblemsFuzzTest extends FuzzTest {
    @Override
    public List<byte[]> seeds() {
        var known = Problem.error(ProblemCode.HOST_DISK_FULL, "full", Remedy.run("df -h"));
        return List.of(
                Problems.newBuilder()
                        .addProblems(ServerProblems.report(known))
                        .build()
                        .toByteArray(),
                Problems.newBuilder()
                        .addProblems(ProblemReport.newBuilder().setCode("NEWER").setWarning(true))
                        .addProblems(ServerProblems.report(known))
                        .build()
                        .toByteArray());
    }

    @Override
    public List<String> words() {
        return List.of(" ", "\n", "\u2003", "INTERNAL");
    }

    @Override
    public void accept(byte[] input) {
        var trailers = new Metadata();
        trailers.put(ServerProblems.TRAILER, input);
        var said = ServerProblems.of(Status.FAILED_PRECONDITION.asRuntimeException(trailers));
        assertThat(said.problems()).isNotEmpty().allSatisfy(problem -> {
            assertThat(problem.what()).isNotBlank();
            assertThat(problem.remedy().advice()).isNotBlank();
        });
    }
}
