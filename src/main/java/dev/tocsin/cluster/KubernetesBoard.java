package dev.tocsin.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;

/** A ConfigMap that the manifests make, so that nobody needs the right to make one. */
record KubernetesBoard(KubernetesClient client, String namespace) implements Board {
    static final String NAME = "node-restart";

    @Override
    public Posted read() {
        var board = get();
        return new Posted(
                board.getMetadata().getResourceVersion(),
                Optional.ofNullable(board.getData()).orElse(Map.of()));
    }

    private ConfigMap get() {
        return Access.asking("get configmap " + namespace + "/" + NAME, this::named)
                .orElseThrow(() -> new ClusterException(
                        "there is no configmap " + namespace + "/" + NAME + "; deploy/components/node-agent makes it",
                        new IllegalStateException("not found")));
    }

    private Optional<ConfigMap> named() {
        return Optional.ofNullable(
                client.configMaps().inNamespace(namespace).withName(NAME).get());
    }

    /** The API server compares the version once more, so two writers at the same time cannot both succeed. */
    @Override
    public boolean write(Posted before, Map<String, String> data) {
        var board = get();
        if (!before.version().equals(board.getMetadata().getResourceVersion())) {
            return false;
        }
        board.setData(data);
        return Access.asking("update configmap " + namespace + "/" + NAME, () -> put(board));
    }

    @Override
    public String where() {
        return namespace;
    }

    @Override
    public boolean mayWrite() {
        return Access.allowed(client, "update", "configmaps", namespace, NAME);
    }

    private boolean put(ConfigMap board) {
        try {
            var _ = client.resource(board).update();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw e;
        }
    }
}
