package dev.tocsin.domain.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.Seeds;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NumbersTest {
    private static final int SETS = 3000;
    private static final int LARGEST = 40;

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1-3", "1,3", "2-5,7,9-12"})
    void readsWhatItWrites(String text) {
        assertThat(Numbers.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "3-2", "5,4", "1-2-3", "a", "-1", "1,1"})
    void refusesWhatItNeverWrites(String text) {
        assertThatThrownBy(() -> Numbers.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void neighboursAreOneRange() {
        assertThat(Numbers.range(1, 3).plus(Numbers.range(4, 9))).hasToString("1-9");
    }

    @Test
    void reachesToTheLargestNumberThereIs() {
        var all = Numbers.range(1, Long.MAX_VALUE);

        assertThat(all.minus(Numbers.of(7)).above(6).first()).isEqualTo(8);
        assertThat(all.minus(all).isEmpty()).isTrue();
        assertThat(Numbers.of(7).minus(all).isEmpty()).isTrue();
    }

    @Test
    void aMillionNumbersInOrderAreOneRange() {
        var numbers = Numbers.NONE;
        for (var n = 1L; n <= 1_000_000; n += 100) {
            numbers = numbers.plus(Numbers.range(n, n + 99));
        }
        assertThat(numbers).hasToString("1-1000000");
    }

    /** Against sets of the JDK, which are slow and right. */
    @Test
    void agreesWithPlainSets() {
        for (long seed : Seeds.first(SETS)) {
            var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            var a = any(random);
            var b = any(random);
            var one = of(a);
            var other = of(b);

            assertThat(set(one)).as("seed %d", seed).isEqualTo(a);
            assertThat(one.size()).isEqualTo(a.size());
            assertThat(set(one.plus(other))).as("plus, seed %d", seed).isEqualTo(union(a, b));
            assertThat(one.plus(other)).isEqualTo(of(union(a, b)));
            assertThat(set(one.minus(other))).as("minus, seed %d", seed).isEqualTo(difference(a, b));
            assertThat(set(one.and(other))).as("and, seed %d", seed).isEqualTo(difference(a, difference(a, b)));
            var place = 1 + random.nextInt(LARGEST);
            assertThat(one.contains(place)).as("contains, seed %d", seed).isEqualTo(a.contains((long) place));
            assertThat(set(one.above(place))).isEqualTo(new TreeSet<>(a.tailSet((long) place, false)));
            assertThat(Numbers.parse(one.toString())).isEqualTo(one);
        }
    }

    private static TreeSet<Long> any(RandomGenerator random) {
        var dense = random.nextDouble();
        var set = new TreeSet<Long>();
        for (var n = 1L; n <= LARGEST; n++) {
            if (random.nextDouble() < dense) {
                set.add(n);
            }
        }
        return set;
    }

    private static Numbers of(TreeSet<Long> set) {
        var builder = new Numbers.Builder();
        set.forEach(builder::add);
        return builder.build();
    }

    private static TreeSet<Long> set(Numbers numbers) {
        return numbers.stream().boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    private static TreeSet<Long> union(TreeSet<Long> a, TreeSet<Long> b) {
        var all = new TreeSet<>(a);
        all.addAll(b);
        return all;
    }

    private static TreeSet<Long> difference(TreeSet<Long> a, TreeSet<Long> b) {
        var rest = new TreeSet<>(a);
        rest.removeAll(b);
        return rest;
    }
}
