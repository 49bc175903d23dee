package dev.tocsin.domain.doctor;

import dev.tocsin.domain.chain.Link;
import dev.tocsin.domain.chain.Routes;
import dev.tocsin.domain.chain.Sight;
import dev.tocsin.domain.routing.Receiver;
import dev.tocsin.domain.routing.Route;
import dev.tocsin.domain.routing.Routing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Judges whether each Alertmanager is there and leads here. */
public final class AlertmanagerWiring {
    /** The oldest that Tocsin is tried with. */
    private static final int OLDEST_MINOR = 25;

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

    private final AlertmanagerSeen seen;
    private final String name;
    private final Instant now;

    private AlertmanagerWiring(AlertmanagerSeen seen, String name, Instant now) {
        this.seen = seen;
        this.name = name;
        this.now = now;
    }

    public static List<Finding> judge(List<AlertmanagerSeen> all, Instant now) {
        if (all.isEmpty()) {
            return List.of(new Wire("Alertmanager: answers", Link.ACCEPTED)
                    .skipped("no Alertmanager is configured: name every peer under `alertmanagers`"));
        }
        var findings = new ArrayList<Finding>();
        for (var seen : all) {
            var name = all.size() == 1
                    ? "Alertmanager"
                    : "Alertmanager " + seen.url().replaceFirst("^https?://", "");
            new AlertmanagerWiring(seen, name, now).judge(all.size(), findings);
        }
        if (all.size() > 1) {
            findings.add(alike(all));
        }
        return findings;
    }

    private Wire wire(String what, Link link) {
        return new Wire(name + ": " + what, link);
    }

    private void judge(int configured, List<Finding> findings) {
        var answers = wire("answers", Link.ACCEPTED);
        var readable = wire("configuration can be read", Link.ROUTED);
        if (!seen.about().answers()) {
            findings.add(answers.failed(
                    seen.about().detail(),
                    "see that Alertmanager runs, and that nothing stands between: kube-prometheus comes with a"
                            + " NetworkPolicy that lets only Prometheus in to port 9093. Try: curl -sS " + seen.url()
                            + "/-/ready"));
            findings.add(readable.skipped("Alertmanager was not reached"));
            return;
        }
        findings.add(answers(answers));
        findings.add(Clocks.judge(name, seen.about()));
        if (seen.routing().isEmpty()) {
            findings.add(readable.skipped("it could not be asked for its configuration"));
            return;
        }
        var routing = seen.routing().get();
        findings.add(peers(routing.peers(), configured));
        if (routing.routing().isEmpty()) {
            findings.add(readable.failed(
                    routing.problem().orElse("it cannot be understood"),
                    "see whether Alertmanager itself reads it. Try: amtool check-config FILE"));
            return;
        }
        findings.add(readable.passed("routes, receivers and time intervals were read"));
        routed(routing.routing().get(), findings);
    }

    private Finding answers(Wire wire) {
        var observed = "Alertmanager " + seen.about().detail() + " at " + seen.url();
        var version = VERSION.matcher(seen.about().detail());
        var old = version.matches()
                && Integer.parseInt(version.group(1)) == 0
                && Integer.parseInt(version.group(2)) < OLDEST_MINOR;
        return old
                ? wire.warned(
                        observed + ", which is older than any that Tocsin was tried with",
                        "move to Alertmanager 0.25 or later")
                : wire.passed(observed);
    }

    private Finding peers(int peers, int configured) {
        var wire = wire("every peer is configured here", Link.ACCEPTED);
        return peers > configured
                ? wire.warned(
                        "its cluster has " + peers + ", and " + configured + " configured here: what the others hold is"
                                + " not seen, and an alert that is posted here does not reach them",
                        "name each peer itself under `alertmanagers`, not the Service in front of them. Try: curl -sS "
                                + seen.url() + "/api/v2/status")
                : wire.passed(peers == 1 ? "it has no peers" : "all " + peers);
    }

    private void routed(Routing routing, List<Finding> findings) {
        var leads = wire("a receiver leads here", Link.ROUTED);
        var reached = wire("a route leads to it", Link.ROUTED);
        var here = routing.receivers().stream().filter(Routes::leadsHere).toList();
        if (here.isEmpty()) {
            findings.add(leads.failed(
                    "none of " + names(routing.receivers()) + " has a webhook to " + "/api/v1/webhooks/alertmanager",
                    "add a receiver with a webhook_config whose url ends in /api/v1/webhooks/alertmanager, and a route"
                            + " to it"));
            findings.add(reached.skipped("no receiver leads here"));
            return;
        }
        findings.add(leads.passed(names(here)
                + (here.stream().allMatch(this::hidden) ? ", if the URL that is not shown is this one" : "")));
        var routes = routes(routing.root())
                .filter(route ->
                        here.stream().anyMatch(receiver -> receiver.name().equals(route.receiver())))
                .toList();
        if (routes.isEmpty()) {
            findings.add(reached.failed(
                    "no route has the receiver " + names(here),
                    "add a route with `receiver: " + here.getFirst().name()
                            + "` and `continue: true` before the others"));
            return;
        }
        findings.add(reached.passed(
                routes.size() == 1 ? "one does" : routes.size() + " do",
                routes.stream().map(AlertmanagerWiring::described).toArray(String[]::new)));
        findings.add(muted(routing, routes));
        webhooks(here, findings);
    }

    private Finding muted(Routing routing, List<Route> routes) {
        var wire = wire("no time interval mutes it now", Link.MUTED);
        var why = routes.stream()
                .flatMap(route -> routing.mutedAt(route, now).stream())
                .toList();
        var evidence =
                why.stream().map(one -> "a route is " + one + ", at " + now).toList();
        var mend = "wait, or change mute_time_intervals or active_time_intervals of the route";
        if (why.size() == routes.size()) {
            return wire.failed("every route that leads here sends nothing now", mend, evidence);
        }
        if (!why.isEmpty()) {
            return wire.warned(
                    why.size() + " of " + routes.size() + " routes that lead here send nothing now", mend, evidence);
        }
        return wire.passed(seen.silences()
                .map(Sight.SilencesSeen::silences)
                .filter(silences -> !silences.isEmpty())
                .map(silences -> "sending now; silences in force or to come: " + silences.size())
                .orElse("sending now, and there is no silence"));
    }

    /** With a hidden URL any webhook could be the one, so it is enough when one of them is as it should be. */
    private void webhooks(List<Receiver> here, List<Finding> findings) {
        var plain = here.stream().filter(receiver -> !hidden(receiver)).toList();
        var webhooks = (plain.isEmpty() ? here : plain)
                .stream().flatMap(receiver -> receiver.webhooks().stream()).toList();
        findings.add(each(
                webhooks,
                Receiver.Webhook::sendResolved,
                wire("send_resolved is true", Link.RESOLVED),
                "notifications that an alert has ended are not sent, so no run sees it resolve",
                "set `send_resolved: true` on the webhook that leads here"));
        findings.add(each(
                webhooks,
                webhook -> webhook.maxAlerts() == 0,
                wire("max_alerts is 0", Link.GROUPED),
                "of a large group some alerts are cut off, and are missing here",
                "set `max_alerts: 0` on the webhook that leads here"));
        findings.add(each(
                webhooks,
                webhook -> !webhook.customPayload(),
                wire("the usual payload is sent", Link.DELIVERED),
                "the webhook's body is a template of its own, which cannot be read",
                "leave `payload` out of the webhook that leads here"));
    }

    private static Finding each(
            List<Receiver.Webhook> webhooks, Predicate<Receiver.Webhook> good, Wire wire, String wrong, String mend) {
        var bad = webhooks.stream().filter(good.negate()).count();
        if (bad == 0) {
            return wire.passed("yes");
        }
        return bad == webhooks.size()
                ? wire.failed(wrong, mend)
                : wire.warned(
                        "of " + bad + " of the " + webhooks.size() + " webhooks that may lead here: " + wrong, mend);
    }

    private static Finding alike(List<AlertmanagerSeen> all) {
        var wire = new Wire("Alertmanagers: have the same configuration", Link.ROUTED);
        var different = all.stream()
                .flatMap(seen -> seen.routing().stream())
                .flatMap(routing -> routing.routing().stream())
                .distinct()
                .count();
        if (different == 0) {
            return wire.skipped("none could be read");
        }
        return different == 1
                ? wire.passed("they do")
                : wire.warned(
                        "there are " + different + " different ones, so it depends on the peer where an alert goes",
                        "give every peer the same file, and reload each: curl -X POST ALERTMANAGER/-/reload");
    }

    private boolean hidden(Receiver receiver) {
        return receiver.webhooks().stream()
                .filter(webhook -> Routes.leadsHere(new Receiver(receiver.name(), List.of(webhook))))
                .allMatch(webhook -> webhook.url().equals("<secret>"));
    }

    private static Stream<Route> routes(Route route) {
        return Stream.concat(Stream.of(route), route.routes().stream().flatMap(AlertmanagerWiring::routes));
    }

    private static String described(Route route) {
        return "receiver " + route.receiver() + " for "
                + (route.matchers().isEmpty() ? "everything that comes to it" : route.matchers())
                + (route.goOn() ? ", and continues" : "");
    }

    private static String names(List<Receiver> receivers) {
        return String.join(", ", receivers.stream().map(Receiver::name).toList());
    }
}
