package dev.tocsin.domain.doctor;

import dev.tocsin.domain.chain.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Judges whether the targets can be stressed, and taken back. */
public final class TargetWiring {
    /** Before it a server does not end a session whose client is gone. */
    private static final int SELF_ENDING = 140_000;

    /** With fewer, filling up to a percentage means next to nothing. */
    private static final int FEWEST_SLOTS = 10;

    private TargetWiring() {}

    public static List<Finding> judge(List<TargetSeen> targets) {
        var findings = new ArrayList<Finding>();
        var any = targets.stream().anyMatch(TargetSeen::optedIn);
        for (var target : targets) {
            findings.add(optedIn(target, any));
            server(target, findings);
            target.pod().ifPresent(pod -> pod(target, pod, findings));
        }
        return findings;
    }

    private static Wire wire(TargetSeen target, String what) {
        return new Wire("target " + target.name() + ": " + what, Link.STIMULUS);
    }

    private static Finding optedIn(TargetSeen target, boolean anyOther) {
        var wire = wire(target, "opted in");
        if (target.optedIn()) {
            return wire.passed("its owner agreed to its being stressed");
        }
        var observed = "optedIn is false, so every run on it is refused";
        var mend = "set `optedIn: true` of target " + target.name() + " once its owner agrees";
        return anyOther ? wire.warned(observed, mend) : wire.failed(observed, mend);
    }

    private static void server(TargetSeen target, List<Finding> findings) {
        var answers = wire(target, "PostgreSQL answers");
        var role = wire(target, "role is no superuser");
        var slots = wire(target, "connection slots");
        var tls = wire(target, "TLS");
        if (target.server().isEmpty()) {
            var problem = target.problem().orElse("it was not asked");
            findings.add(answers.failed(problem, mend(target.address(), problem)));
            List.of(role, slots, tls).forEach(wire -> findings.add(wire.skipped("PostgreSQL was not reached")));
            return;
        }
        var server = target.server().get();
        findings.add(answers(answers, target, server));
        findings.add(
                server.superuser()
                        ? role.failed(
                                target.address().user()
                                        + " is a superuser, so a flood would take the reserved slots too",
                                "CREATE ROLE tocsin_stress LOGIN PASSWORD '…', and name that role as the target's user")
                        : role.passed(target.address().user() + " is no superuser"));
        findings.add(slots(slots, target, server));
        findings.add(tls(tls, target.address(), server));
    }

    private static Finding answers(Wire wire, TargetSeen target, TargetSeen.ServerSeen server) {
        var observed = "PostgreSQL " + server.version() + " answers as "
                + target.address().user();
        return server.versionNumber() < SELF_ENDING
                ? wire.warned(
                        observed + "; before 14 it does not end sessions whose client is gone",
                        "should Tocsin die in a run and not come back, end its sessions: SELECT pg_terminate_backend(pid)"
                                + " FROM pg_stat_activity WHERE application_name LIKE 'tocsin:%'")
                : wire.passed(observed);
    }

    private static Finding slots(Wire wire, TargetSeen target, TargetSeen.ServerSeen server) {
        var usable = server.maxConnections() - server.reserved();
        var observed = "max_connections is %d, of which %d are reserved and %d taken"
                .formatted(server.maxConnections(), server.reserved(), server.taken());
        if (server.roleLimit() >= 0 && server.roleLimit() < usable) {
            return wire.warned(
                    observed + "; " + target.address().user() + " itself may have only " + server.roleLimit(),
                    "ALTER ROLE " + target.address().user() + " CONNECTION LIMIT -1, if floods are to fill more");
        }
        if (usable - server.taken() < FEWEST_SLOTS) {
            return wire.warned(
                    observed + ", so there is hardly anything left to fill",
                    "raise max_connections, or look who holds them: SELECT usename, count(*) FROM pg_stat_activity"
                            + " GROUP BY 1");
        }
        return wire.passed(observed);
    }

    private static Finding tls(Wire wire, TargetSeen.Address address, TargetSeen.ServerSeen server) {
        if (server.tls().isPresent()) {
            return wire.passed(server.tls().get() + ", sslMode " + address.sslMode()
                    + (address.sslMode().startsWith("verify") ? "" : "; the server's certificate is not verified"));
        }
        return address.loopback()
                ? wire.passed("none, on loopback; sslMode " + address.sslMode())
                : wire.warned(
                        "the password and everything else goes in clear text; sslMode is " + address.sslMode(),
                        "set sslMode to verify-full, with caFile, or to require at least");
    }

    private static String mend(TargetSeen.Address address, String problem) {
        var text = problem.toLowerCase(Locale.ROOT);
        String hint;
        if (text.contains("password") || text.contains("authentication")) {
            hint = "mend passwordFile or the role's password; the file is read when Tocsin starts";
        } else if (text.contains("pg_hba")) {
            hint = "let the role in with a line in pg_hba.conf";
        } else if (text.contains("does not exist")) {
            hint = "create the role or the database, or mend `user` and `database` of the target";
        } else if (text.contains("too many") || text.contains("remaining connection slots")) {
            hint = "wait until connections are free";
        } else if (text.contains("ssl") || text.contains("certificate") || text.contains("handshake")) {
            hint = "mend sslMode or caFile of the target";
        } else {
            hint = "see that PostgreSQL listens there, and that no NetworkPolicy stands between";
        }
        return hint + ". Try: psql \"" + address.conninfo() + "\" -c 'SELECT 1'";
    }

    private static void pod(TargetSeen target, TargetSeen.PodSeen pod, List<Finding> findings) {
        var server = wire(target, "Kubernetes API answers");
        var one = wire(target, "selector matches one ready pod");
        if (pod.allowed().isEmpty()) {
            findings.add(server.failed(
                    pod.problem().orElse("it was not asked"),
                    "mount a service account's token, or set KUBECONFIG; let Tocsin out to the API server. Try: kubectl"
                            + " auth can-i --list -n " + pod.namespace()));
            findings.add(one.skipped("the API server was not reached"));
            return;
        }
        findings.add(server.passed("it answers"));
        pod.allowed().forEach((verb, allowed) -> {
            var may = wire(target, "may " + verb + " pods");
            findings.add(
                    allowed
                            ? may.passed("allowed in " + pod.namespace())
                            : may.failed(
                                    "not allowed in " + pod.namespace(),
                                    "give Tocsin's service account a Role with verb " + verb
                                            + " on pods, as deploy/ does. Try: kubectl auth can-i " + verb + " pods -n "
                                            + pod.namespace() + " --as system:serviceaccount:tocsin:tocsin"));
        });
        pod.others().forEach(right -> findings.add(right(target, right)));
        findings.add(selected(one, pod));
        findings.add(annotated(wire(target, "pod opted in"), pod));
    }

    private static Finding annotated(Wire wire, TargetSeen.PodSeen pod) {
        if (pod.pods().isEmpty()) {
            return wire.skipped(pod.problem().orElse("there is no pod"));
        }
        var without = pod.pods().stream()
                .filter(one -> !one.optedIn())
                .map(TargetSeen.SelectedPod::name)
                .toList();
        return without.isEmpty()
                ? wire.passed("it carries tocsin.dev/scenarios: allowed")
                : wire.warned(
                        String.join(", ", without)
                                + " does not carry the annotation tocsin.dev/scenarios: allowed, so every"
                                + " stimulus that touches it is refused",
                        "once its owner agrees, write it under spec.template.metadata.annotations of what makes the pod; for"
                                + " this pod alone, kubectl -n " + pod.namespace() + " annotate pod "
                                + without.getFirst()
                                + " tocsin.dev/scenarios=allowed");
    }

    private static Finding right(TargetSeen target, TargetSeen.Right right) {
        var may = wire(target, "may " + right.verb() + " " + right.resource());
        if (right.allowed()) {
            return may.passed("allowed in " + right.where());
        }
        var mend = "apply " + right.manifests() + ", or leave it if the evidence need not say it";
        return right.needed()
                ? may.failed("not allowed in " + right.where(), "apply " + right.manifests())
                : may.warned("not allowed in " + right.where() + ", so the evidence will say less", mend);
    }

    private static Finding selected(Wire wire, TargetSeen.PodSeen pod) {
        var look = "kubectl get pods -n " + pod.namespace() + " -l '" + pod.selector() + "'";
        if (pod.problem().isPresent()) {
            return wire.skipped(pod.problem().get());
        }
        var names = pod.pods().stream().map(TargetSeen.SelectedPod::name).toList();
        if (names.size() != 1) {
            return wire.failed(
                    pod.selector() + " in " + pod.namespace() + " matches "
                            + (names.isEmpty() ? "no pod" : names.size() + " pods, and podKill takes exactly one"),
                    "mend `pod.selector` or `pod.namespace` of the target. Try: " + look,
                    names);
        }
        return pod.pods().getFirst().ready()
                ? wire.passed(names.getFirst() + " is ready")
                : wire.failed(names.getFirst() + " is not ready", "wait until it is, or see why. Try: " + look);
    }
}
