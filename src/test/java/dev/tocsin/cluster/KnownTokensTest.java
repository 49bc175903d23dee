package dev.tocsin.cluster;

/** The double that other tests believe keeps the contract. */
final class KnownTokensTest extends ReviewsContract {
    private final KnownTokens known = new KnownTokens();
    private final KnownTokens away = new KnownTokens();

    KnownTokensTest() {
        known.allow(account("operator"), NAMESPACE, "get", "create");
        known.allow(account("viewer"), NAMESPACE, "get");
        var _ = account("nobody");
        away.away(true);
    }

    private String account(String account) {
        var _ = known.token(tokenForTheCluster(account), "https://kubernetes.default.svc", NAMESPACE, account);
        return known.token(token(account), AUDIENCE, NAMESPACE, account);
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
