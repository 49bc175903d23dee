package dev.tocsin.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * A real API server keeps the contract. Not part of the build, which has none:
 * {@code TOCSIN_TEST_KUBECONFIG=… mvn verify -Dit.test=KubernetesReviewsOnCluster}, with the rights of its admin.
 */
final class KubernetesReviewsOnCluster extends ReviewsContract {
    private static KubernetesClient client;
    private static KubernetesClient nowhere;

    @BeforeAll
    static void makeAccounts() {
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(new File(System.getenv("TOCSIN_TEST_KUBECONFIG"))))
                .build();
        nowhere = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("https://127.0.0.1:1")
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .createOr(known -> known.patch());
        for (var account : List.of("operator", "viewer", "nobody")) {
            client.serviceAccounts()
                    .inNamespace(NAMESPACE)
                    .resource(new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withName(account)
                            .endMetadata()
                            .build())
                    .createOr(known -> known.patch());
        }
        allow("operator", "get", "create");
        allow("viewer", "get");
    }

    private static void allow(String account, String... verbs) {
        client.rbac()
                .roles()
                .inNamespace(NAMESPACE)
                .resource(new RoleBuilder()
                        .withNewMetadata()
                        .withName(account)
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups("tocsin.dev")
                        .withResources("runs")
                        .withVerbs(verbs)
                        .endRule()
                        .build())
                .createOr(known -> known.patch());
        client.rbac()
                .roleBindings()
                .inNamespace(NAMESPACE)
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName(account)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", account)
                        .addNewSubject()
                        .withKind("ServiceAccount")
                        .withName(account)
                        .withNamespace(NAMESPACE)
                        .endSubject()
                        .build())
                .createOr(known -> known.patch());
    }

    @AfterAll
    static void removeAccounts() {
        client.namespaces().withName(NAMESPACE).delete();
        client.close();
        nowhere.close();
    }

    @Override
    protected Reviews reviews() {
        return new KubernetesPods(client).reviews();
    }

    @Override
    protected Reviews awayReviews() {
        return new KubernetesPods(nowhere).reviews();
    }

    @Override
    protected String token(String account) {
        return token(account, List.of(AUDIENCE));
    }

    @Override
    protected String tokenForTheCluster(String account) {
        return token(account, List.of());
    }

    private static String token(String account, List<String> audiences) {
        return client.serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName(account)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audiences)
                        .withExpirationSeconds(600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }
}
