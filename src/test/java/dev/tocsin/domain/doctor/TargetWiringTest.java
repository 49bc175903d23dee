package dev.tocsin.domain.doctor;

import static dev.tocsin.domain.doctor.Findings.finding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.domain.doctor.Finding.Result;
import dev.tocsin.domain.doctor.TargetSeen.Address;
import dev.tocsin.domain.doctor.TargetSeen.PodSeen;
import dev.tocsin.domain.doctor.TargetSeen.SelectedPod;
import dev.tocsin.domain.doctor.TargetSeen.ServerSeen;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TargetWiringTest {
    private static final ServerSeen SERVER =
            new ServerSeen("17.2", 170_002, false, 100, 3, 10, -1, Optional.of("TLSv1.3"));
    private static final PodSeen POD = pod(Map.of("list", true, "delete", true), new SelectedPod("pg-0", true, true));

    private static PodSeen pod(Map<String, Boolean> allowed, SelectedPod... pods) {
        return new PodSeen("db", "app=pg", new TreeMap<>(allowed), List.of(), List.of(pods), Optional.empty());
    }

    private static TargetSeen target(boolean optedIn, String host, Optional<ServerSeen> server, Optional<PodSeen> pod) {
        return new TargetSeen(
                "primary", optedIn, new Address(host, 5432, "app", "stress", "require"), server, Optional.empty(), pod);
    }

    private static List<Finding> judged(ServerSeen server) {
        return TargetWiring.judge(List.of(target(true, "pg", Optional.of(server), Optional.of(POD))));
    }

    private static List<Finding> judged(PodSeen pod) {
        return TargetWiring.judge(List.of(target(true, "pg", Optional.of(SERVER), Optional.of(pod))));
    }

    private static List<Finding> refused(String problem) {
        return TargetWiring.judge(List.of(new TargetSeen(
                "primary",
                true,
                new Address("pg", 5432, "app", "stress", "require"),
                Optional.empty(),
                Optional.of(problem),
                Optional.empty())));
    }

    @Test
    void aSoundTargetPasses() {
        assertThat(judged(SERVER)).hasSize(10).allMatch(finding -> finding.result() == Result.PASSED);
    }

    @Test
    void theOnlyTargetMustBeOptedIn() {
        var shy = target(false, "pg", Optional.of(SERVER), Optional.empty());

        assertThat(finding(TargetWiring.judge(List.of(shy)), "opted in").result())
                .isEqualTo(Result.FAILED);
        assertThat(finding(
                                TargetWiring.judge(
                                        List.of(shy, target(true, "pg", Optional.of(SERVER), Optional.empty()))),
                                "opted in")
                        .result())
                .isEqualTo(Result.WARNED);
    }

    @ParameterizedTest
    @CsvSource({
        "password authentication failed for user, passwordFile",
        "no pg_hba.conf entry for host, pg_hba.conf",
        "database app does not exist, create the role or the database",
        "sorry too many clients already, wait until connections are free",
        "SSL handshake failed, sslMode",
        "Connection refused, NetworkPolicy"
    })
    void aRefusalIsMendedByItsReason(String problem, String mend) {
        var findings = refused(problem);

        assertThat(finding(findings, "PostgreSQL answers").mend().orElseThrow())
                .contains(mend, "psql \"host=pg port=5432 dbname=app user=stress sslmode=require\"");
        assertThat(finding(findings, "TLS").result()).isEqualTo(Result.SKIPPED);
    }

    @Test
    void aSuperuserFails() {
        var findings = judged(new ServerSeen("17.2", 170_002, true, 100, 3, 10, -1, Optional.of("TLSv1.3")));

        assertThat(finding(findings, "no superuser").result()).isEqualTo(Result.FAILED);
    }

    @ParameterizedTest
    @CsvSource({"10, -1, PASSED", "95, -1, WARNED", "10, 20, WARNED", "10, 97, PASSED"})
    void slotsAreCounted(int taken, int roleLimit, Result result) {
        var findings = judged(new ServerSeen("17.2", 170_002, false, 100, 3, taken, roleLimit, Optional.of("TLSv1.3")));

        assertThat(finding(findings, "slots").result()).isEqualTo(result);
    }

    @Test
    void anOldServerEndsNothingByItself() {
        var findings = judged(new ServerSeen("13.9", 130_009, false, 100, 3, 10, -1, Optional.of("TLSv1.3")));

        assertThat(finding(findings, "PostgreSQL answers").mend().orElseThrow()).contains("pg_terminate_backend");
    }

    @ParameterizedTest
    @CsvSource({"pg, WARNED", "127.0.0.1, PASSED", "localhost, PASSED"})
    void clearTextIsForLoopback(String host, Result result) {
        var clear = new ServerSeen("17.2", 170_002, false, 100, 3, 10, -1, Optional.empty());
        var findings = TargetWiring.judge(List.of(target(true, host, Optional.of(clear), Optional.empty())));

        assertThat(finding(findings, "TLS").result()).isEqualTo(result);
    }

    @Test
    void aVerbThatIsNotAllowedIsNamed() {
        var findings = judged(pod(Map.of("list", true, "delete", false), new SelectedPod("pg-0", true, true)));

        assertThat(finding(findings, "may list").result()).isEqualTo(Result.PASSED);
        assertThat(finding(findings, "may delete").mend().orElseThrow()).contains("kubectl auth can-i delete pods");
    }

    @Test
    void exactlyOneReadyPodIsWanted() {
        var allowed = Map.of("list", true, "delete", true);

        assertThat(finding(judged(pod(allowed)), "selector").observed()).contains("matches no pod");
        assertThat(finding(
                                judged(pod(
                                        allowed,
                                        new SelectedPod("pg-0", true, true),
                                        new SelectedPod("pg-1", true, true))),
                                "selector")
                        .evidence())
                .containsExactly("pg-0", "pg-1");
        assertThat(finding(judged(pod(allowed, new SelectedPod("pg-0", false, true))), "selector")
                        .result())
                .isEqualTo(Result.FAILED);
    }

    @Test
    void aPodThatHasNotOptedInIsWarnedOfWithTheLineThatMendsIt() {
        var finding = finding(judged(pod(Map.of("list", true), new SelectedPod("pg-0", true, false))), "pod opted in");

        assertThat(finding.result()).isEqualTo(Result.WARNED);
        assertThat(finding.mend().orElseThrow())
                .contains("kubectl -n db annotate pod pg-0 tocsin.dev/scenarios=allowed");
    }

    @Test
    void anApiServerThatIsAwayIsNamedOnce() {
        var findings =
                judged(new PodSeen("db", "app=pg", new TreeMap<>(), List.of(), List.of(), Optional.of("timed out")));

        assertThat(finding(findings, "Kubernetes API").observed()).isEqualTo("timed out");
        assertThat(finding(findings, "selector").result()).isEqualTo(Result.SKIPPED);
    }

    @Test
    void aRightThatIsNeededFailsAndOneThatOnlyTellsMoreWarns() {
        var needed = new TargetSeen.Right("get", "nodes", "the cluster", false, true, "deploy/components/node-restart");
        var more = new TargetSeen.Right(
                "get", "persistentvolumes", "the cluster", false, false, "deploy/components/facts");
        var findings = judged(new PodSeen(
                "db",
                "app=pg",
                new TreeMap<>(Map.of("list", true)),
                List.of(needed, more),
                List.of(new SelectedPod("pg-0", true, true)),
                Optional.empty()));

        assertThat(finding(findings, "may get nodes").result()).isEqualTo(Result.FAILED);
        assertThat(finding(findings, "may get persistentvolumes").result()).isEqualTo(Result.WARNED);
    }
}
