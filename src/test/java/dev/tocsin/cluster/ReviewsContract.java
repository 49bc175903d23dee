package dev.tocsin.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What every {@link Reviews} does, also the one that other tests believe. */
public abstract class ReviewsContract {
    /** The audience for which {@link #token(String)} makes tokens. */
    protected static final String AUDIENCE = "tocsin";

    /** Where the accounts of these tests are, and where {@code operator} and {@code viewer} may do something. */
    protected static final String NAMESPACE = "tocsin-reviews";

    /** The port under test; the accounts {@code operator}, {@code viewer} and {@code nobody} are there. */
    protected abstract Reviews reviews() throws Exception;

    /** The same with an API server that does not answer. */
    protected abstract Reviews awayReviews() throws Exception;

    /** A token of an account, for {@link #AUDIENCE}. */
    protected abstract String token(String account) throws Exception;

    /** A token of an account, for the API server itself. */
    protected abstract String tokenForTheCluster(String account) throws Exception;

    private static Reviews.Deed deed(String verb) {
        return new Reviews.Deed(verb, "tocsin.dev", "runs", NAMESPACE);
    }

    private Reviews.Holder holder(String account) throws Exception {
        return reviews().holder(token(account), AUDIENCE).orElseThrow();
    }

    @Test
    void aTokenHasItsHolder() throws Exception {
        assertThat(holder("viewer").name()).isEqualTo("system:serviceaccount:" + NAMESPACE + ":viewer");
        assertThat(holder("viewer").groups()).contains("system:serviceaccounts:" + NAMESPACE);
    }

    @Test
    void aTokenForSomebodyElseIsNone() throws Exception {
        assertThat(reviews().holder(tokenForTheCluster("operator"), AUDIENCE)).isEmpty();
        assertThat(reviews().holder(token("operator"), "another")).isEmpty();
    }

    @Test
    void whatIsNoTokenHasNoHolder() throws Exception {
        assertThat(reviews().holder("wrong", AUDIENCE)).isEmpty();
        assertThat(reviews().holder(token("viewer") + "x", AUDIENCE)).isEmpty();
    }

    @Test
    void theRulesSayWhoMayDoWhat() throws Exception {
        assertThat(reviews().allows(holder("operator"), deed("create"))).isTrue();
        assertThat(reviews().allows(holder("operator"), deed("get"))).isTrue();
        assertThat(reviews().allows(holder("viewer"), deed("create"))).isFalse();
        assertThat(reviews().allows(holder("viewer"), deed("get"))).isTrue();
        assertThat(reviews().allows(holder("nobody"), deed("get"))).isFalse();
    }

    @Test
    void theRulesOfOneNamespaceSayNothingOfAnother() throws Exception {
        assertThat(reviews().allows(holder("operator"), new Reviews.Deed("get", "tocsin.dev", "runs", "default")))
                .isFalse();
    }

    @Test
    void whoIsAwaySaysNothing() throws Exception {
        var holder = holder("viewer");
        var token = token("viewer");
        assertThatThrownBy(() -> awayReviews().holder(token, AUDIENCE))
                .isInstanceOf(ClusterException.class)
                .hasMessageNotContaining(token);
        assertThatThrownBy(() -> awayReviews().allows(holder, deed("get"))).isInstanceOf(ClusterException.class);
    }
}
