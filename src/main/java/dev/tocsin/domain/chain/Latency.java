package dev.tocsin.domain.chain;

import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.routing.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** How long the deployed chain takes to ring or to resolve an alert, term by term; docs/explanation/latency-model.md. */
public record Latency(List<Term> terms) {
    /** How long a stimulus may take to make an expression true; nobody can read that off an expression. */
    static final Duration ONSET = Duration.ofMinutes(1);

    /** Alertmanager tries again half a second after a first failure, give or take a half of that. */
    static final Duration RETRY = Duration.ofSeconds(1);

    /** Each peer of a cluster waits so long for those before it, unless told otherwise by a flag that no API shows. */
    static final Duration PEER_WAIT = Duration.ofSeconds(15);

    /**
     * One term of the sum.
     *
     * @param least what passes in any case
     * @param most what may pass with bad luck and nothing wrong
     */
    public record Term(Link link, String what, Duration least, Duration most) {}

    public Latency {
        terms = List.copyOf(terms);
    }

    /** Nothing can be faster. */
    public Duration least() {
        return sum(Term::least);
    }

    /** What is slower is late. */
    public Duration most() {
        return sum(Term::most);
    }

    /** The term that weighs most. */
    public Term heaviest(Function<Term, Duration> by) {
        return terms.stream().max(Comparator.comparing(by)).orElseThrow();
    }

    private Duration sum(Function<Term, Duration> part) {
        return terms.stream().map(part).reduce(Duration.ZERO, Duration::plus);
    }

    /** From the full effect of a stimulus to the notification; empty when the rule was not seen. */
    public static Optional<Latency> toFire(Chain chain, Matchers matchers) {
        return rule(chain, matchers).map(rule -> {
            var terms = new ArrayList<Term>();
            terms.add(new Term(
                    Link.STIMULUS,
                    "onset: until the expression is true, 1m and the time it looks back",
                    Duration.ZERO,
                    ONSET.plus(rule.window())));
            terms.addAll(observation(chain, matchers, rule));
            var holdFor = roundedUp(rule.holdFor(), rule.interval());
            terms.add(new Term(Link.PENDING, "for, in whole evaluations", holdFor, holdFor));
            terms.addAll(notification(chain, matchers, rule, true));
            return new Latency(terms);
        });
    }

    /** From the release of a stimulus to the notification that it has ended; empty when the rule was not seen. */
    public static Optional<Latency> toResolve(Chain chain, Matchers matchers) {
        return rule(chain, matchers).map(rule -> {
            var terms = new ArrayList<Term>();
            terms.add(new Term(
                    Link.STIMULUS,
                    "onset: until the expression is false, 1m and the time it looks back",
                    Duration.ZERO,
                    ONSET.plus(rule.window())));
            terms.addAll(observation(chain, matchers, rule));
            var keep = roundedUp(rule.keepFiringFor(), rule.interval());
            terms.add(new Term(Link.FIRING, "keep_firing_for, in whole evaluations", keep, keep));
            terms.addAll(notification(chain, matchers, rule, false));
            return new Latency(terms);
        });
    }

    private static Optional<Rule> rule(Chain chain, Matchers matchers) {
        return chain.firstRules(matchers.title()).stream()
                .flatMap(List::stream)
                .filter(rule -> rule.mayMatch(matchers))
                .max(Comparator.comparing(rule -> rule.holdFor().plus(rule.interval())));
    }

    private static List<Term> observation(Chain chain, Matchers matchers, Rule rule) {
        var terms = new ArrayList<Term>();
        var targets = chain.firstTargets(matchers.title());
        targets.stream()
                .map(target -> target.interval().plus(target.timeout()))
                .max(Comparator.naturalOrder())
                .ifPresent(most -> terms.add(new Term(
                        Link.SCRAPE,
                        "scrape interval and timeout",
                        targets.stream()
                                .map(ScrapeTarget::took)
                                .min(Comparator.naturalOrder())
                                .orElse(Duration.ZERO),
                        most)));
        terms.add(new Term(Link.RULE, "evaluation interval", Duration.ZERO, rule.interval()));
        return terms;
    }

    private static List<Term> notification(Chain chain, Matchers matchers, Rule rule, boolean fires) {
        var routes = Routes.of(chain, matchers, rule);
        var terms = new ArrayList<Term>();
        var interval = longest(routes.ours().map(Route::groupInterval));
        var wait = longest(routes.ours().map(Route::groupWait));
        var open = !routes.openGroups().isEmpty();
        terms.add(
                fires
                        ? new Term(
                                Link.GROUPED,
                                open
                                        ? "group_interval, for its group may be open"
                                        : "group_wait, or group_interval if the group is open by then",
                                open ? Duration.ZERO : shortest(routes.ours().map(Route::groupWait)),
                                wait.compareTo(interval) > 0 ? wait : interval)
                        : new Term(Link.GROUPED, "group_interval", Duration.ZERO, interval));
        terms.add(new Term(Link.DELIVERED, "one retry of the webhook", Duration.ZERO, RETRY));
        var peers = chain.latest(Sight.RoutingSeen.class).stream()
                .mapToInt(Sight.RoutingSeen::peers)
                .max()
                .orElse(1);
        if (peers > 1) {
            terms.add(new Term(
                    Link.DELIVERED,
                    "peer wait of " + (peers - 1) + " peers before",
                    Duration.ZERO,
                    PEER_WAIT.multipliedBy(peers - 1L)));
        }
        return terms;
    }

    /** A rule is looked at once an interval, so only whole intervals count. */
    public static Duration roundedUp(Duration time, Duration interval) {
        if (interval.isZero()) {
            return time;
        }
        var whole = (time.toMillis() + interval.toMillis() - 1) / interval.toMillis();
        return interval.multipliedBy(whole);
    }

    private static Duration longest(Stream<Duration> all) {
        return all.max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    private static Duration shortest(Stream<Duration> all) {
        return all.min(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }
}
