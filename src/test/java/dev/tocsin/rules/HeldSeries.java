package dev.tocsin.rules;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.chain.ScrapeTarget;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.ValueType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Series in memory, and as much of Prometheus' evaluation as the check of rules asks for. */
final class HeldSeries implements Series {
    private final List<Sample> all = new ArrayList<>();
    private final Map<String, String> types = new HashMap<>();
    private final Duration timeout;

    HeldSeries(Duration timeout) {
        this.timeout = timeout;
    }

    /** Adds series, a line each, as in {@code counter a{b="c"} 1}. */
    HeldSeries with(String lines) {
        for (var line : lines.lines().filter(text -> !text.isBlank()).toList()) {
            var type = line.substring(0, line.indexOf(' '));
            var value = line.lastIndexOf(' ');
            var selector = (Expr.VectorSelector) Promql.parse(line.substring(type.length(), value));
            var labels = new TreeMap<String, String>();
            labels.put(Expr.LabelMatcher.METRIC, selector.metric().orElseThrow());
            selector.matchers().forEach(matcher -> labels.put(matcher.name(), matcher.value()));
            all.add(new Sample(new Labels(labels), Double.parseDouble(line.substring(value + 1))));
            types.put(selector.metric().orElseThrow(), type);
        }
        return this;
    }

    @Override
    public Optional<String> type(String metric) {
        return Optional.ofNullable(types.get(metric));
    }

    @Override
    public List<ScrapeTarget> targets() {
        return List.of(new ScrapeTarget(
                "pg",
                Labels.of(Map.of("job", "pg", "instance", "a")),
                "up",
                "",
                Instant.EPOCH,
                Duration.ZERO,
                Duration.ofSeconds(1),
                timeout));
    }

    @Override
    public List<Sample> query(String promql) throws NotEvaluatedException {
        return evaluated(Promql.parse(promql));
    }

    private List<Sample> evaluated(Expr expr) throws NotEvaluatedException {
        return switch (expr) {
            case Expr.NumberLiteral number -> List.of(new Sample(Labels.of(Map.of()), number.value()));
            case Expr.VectorSelector selector ->
                all.stream().filter(sample -> selects(selector, sample)).toList();
            case Expr.MatrixSelector matrix -> evaluated(matrix.vector());
            case Expr.Negation negation -> named(evaluated(negation.of()), -1);
            case Expr.Call call
            when call.function().equals("time") -> List.of(new Sample(Labels.of(Map.of()), 1_800_000_000));
            case Expr.Call call
            when call.function().equals("last_over_time") ->
                evaluated(call.arguments().getFirst());
            // Nothing ever changes here.
            case Expr.Call call -> named(evaluated(call.arguments().getFirst()), 0);
            case Expr.Aggregation aggregation -> grouped(aggregation);
            case Expr.Binary binary -> joined(binary);
            case Expr.StringLiteral _, Expr.Subquery _ -> throw new IllegalArgumentException(expr.print());
        };
    }

    private static boolean selects(Expr.VectorSelector selector, Sample sample) {
        return selector.metric().stream().allMatch(sample.labels().get(Expr.LabelMatcher.METRIC)::equals)
                && selector.matchers().stream()
                        .allMatch(matcher -> matcher.matches(sample.labels().get(matcher.name())));
    }

    private static List<Sample> named(List<Sample> samples, double factor) {
        return samples.stream()
                .map(sample ->
                        new Sample(without(sample.labels(), Set.of(Expr.LabelMatcher.METRIC)), sample.value() * factor))
                .toList();
    }

    private List<Sample> grouped(Expr.Aggregation aggregation) throws NotEvaluatedException {
        var groups = new LinkedHashMap<Labels, Double>();
        for (var sample : evaluated(aggregation.of())) {
            var labels = switch (aggregation.grouping().kind()) {
                case NONE -> Labels.of(Map.of());
                case BY -> only(sample.labels(), aggregation.grouping().labels());
                case WITHOUT ->
                    without(
                            without(sample.labels(), Set.of(Expr.LabelMatcher.METRIC)),
                            aggregation.grouping().labels());
            };
            groups.merge(labels, aggregation.operator().equals("count") ? 1 : sample.value(), Double::sum);
        }
        return groups.entrySet().stream()
                .map(group -> new Sample(group.getKey(), group.getValue()))
                .toList();
    }

    private List<Sample> joined(Expr.Binary binary) throws NotEvaluatedException {
        var result = new ArrayList<Sample>();
        var lefts = evaluated(binary.left());
        var rights = evaluated(binary.right());
        var scalar = binary.left().type() == ValueType.SCALAR || binary.right().type() == ValueType.SCALAR;
        var taken = new HashSet<Labels>();
        for (var left : lefts) {
            for (var right : rights) {
                if (scalar || matched(binary, left.labels()).equals(matched(binary, right.labels()))) {
                    var value = value(binary, left.value(), right.value());
                    var many = binary.left().type() == ValueType.SCALAR
                                    || binary.matching().group() == Expr.Matching.Group.RIGHT
                            ? right
                            : left;
                    if (!Double.isNaN(value)) {
                        if (!scalar
                                && !binary.operator().isSet()
                                && binary.matching().group() == Expr.Matching.Group.NONE
                                && !taken.add(matched(binary, left.labels()))) {
                            throw new NotEvaluatedException("multiple matches for labels");
                        }
                        result.add(new Sample(many.labels(), value));
                        if (binary.operator().isSet()) {
                            break;
                        }
                    }
                }
            }
        }
        return result;
    }

    private static double value(Expr.Binary binary, double left, double right) {
        return switch (binary.operator()) {
            case ADD -> left + right;
            case SUB -> left - right;
            case MUL -> left * right;
            case DIV -> left / right;
            case GT -> compared(binary, left > right, left);
            case LT -> compared(binary, left < right, left);
            case GE -> compared(binary, left >= right, left);
            case LE -> compared(binary, left <= right, left);
            case EQ -> compared(binary, left == right, left);
            case NE -> compared(binary, left != right, left);
            case AND -> left;
            default -> throw new IllegalArgumentException(binary.print());
        };
    }

    private static double compared(Expr.Binary binary, boolean holds, double value) {
        return binary.bool() ? (holds ? 1 : 0) : holds ? value : Double.NaN;
    }

    private static Labels matched(Expr.Binary binary, Labels labels) {
        return binary.matching().kind() == Expr.Matching.Kind.ON
                ? only(labels, binary.matching().labels())
                : without(
                        without(labels, Set.of(Expr.LabelMatcher.METRIC)),
                        binary.matching().labels());
    }

    private static Labels only(Labels labels, Collection<String> names) {
        var pairs = new TreeMap<>(labels.pairs());
        pairs.keySet().retainAll(Set.copyOf(names));
        return new Labels(pairs);
    }

    private static Labels without(Labels labels, Collection<String> names) {
        var pairs = new TreeMap<>(labels.pairs());
        pairs.keySet().removeAll(Set.copyOf(names));
        return new Labels(pairs);
    }
}
