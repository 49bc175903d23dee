package dev.tocsin.cluster;

/** The double that other tests believe keeps the contract. */
final class KnownTokensTest extends ReviewsContract {
    private final KnownTokens known = new KnownTokens();
    private final KnownTokens away = new KnownTokens();

    KnownTokensTest() {
        for (var account : new String[] {"operator", "viewer", "nobody"}) {
            known.token(token(account), AUDIENCE, NAMESPACE, account);
            known.token(tokenForTheCluster(account), "https://kubernetes.default.svc", NAMESPACE, account);
        }
        known.allow(token("operator"), NAMESPACE, "get", "create");
        known.allow(token("viewer"), NAMESPACE, "get");
        away.away(true);
    }

    @Override
    protected Reviews reviews() {
        return known;
    }

    @Override
    protected Reviews awayReviews() {
        return away;
    }

    @Override
    protected String token(String account) {
        return "token-of-" + account;
    }

    @Override
    protected String tokenForTheCluster(String account) {
        return "other-token-of-" + account;
    }
}
