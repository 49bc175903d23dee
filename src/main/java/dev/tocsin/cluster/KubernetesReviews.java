package dev.tocsin.cluster;

import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** TokenReview and SubjectAccessReview, for which the service account needs what the role system:auth-delegator has. */
record KubernetesReviews(KubernetesClient client) implements Reviews {
    @Override
    public Optional<Holder> holder(String token, String audience) {
        var review = new TokenReviewBuilder()
                .withNewSpec()
                .withToken(token)
                .withAudiences(audience)
                .endSpec()
                .build();
        var answer = Access.asking(
                "review a token", () -> client.tokenReviews().create(review).getStatus());
        // An API server that knows nothing of audiences names none, and has not looked for ours.
        return answer != null
                        && Boolean.TRUE.equals(answer.getAuthenticated())
                        && answer.getAudiences().contains(audience)
                ? Optional.ofNullable(answer.getUser()).map(KubernetesReviews::holder)
                : Optional.empty();
    }

    private static Holder holder(UserInfo user) {
        return new Holder(
                Objects.requireNonNullElse(user.getUsername(), ""),
                Optional.ofNullable(user.getUid()),
                List.copyOf(user.getGroups()),
                user.getExtra() == null ? Map.of() : Map.copyOf(user.getExtra()));
    }

    @Override
    public boolean allows(Holder holder, Deed deed) {
        var review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(holder.name())
                .withUid(holder.uid().orElse(null))
                .withGroups(holder.groups())
                .withExtra(holder.extra())
                .withNewResourceAttributes()
                .withVerb(deed.verb())
                .withGroup(deed.group())
                .withResource(deed.resource())
                .withNamespace(deed.namespace())
                .endResourceAttributes()
                .endSpec()
                .build();
        var answer = Access.asking(
                "ask what the holder of a token may do",
                () -> client.authorization()
                        .v1()
                        .subjectAccessReview()
                        .create(review)
                        .getStatus());
        return answer != null && Boolean.TRUE.equals(answer.getAllowed());
    }
}
